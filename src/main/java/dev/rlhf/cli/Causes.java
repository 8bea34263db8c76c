package dev.rlhf.cli;

import java.util.ArrayList;
import java.util.List;

/** Puts a failure and its causes into one line. */
final class Causes {
    private static final int MOST = 10;

    private Causes() {}

    /** Returns the first line of each message, outermost first; a message that another one repeats is left out. */
    static String describe(Throwable failure) {
        List<String> messages = new ArrayList<>();
        Throwable each = failure;
        for (int i = 0; each != null && i < MOST; i++) {
            String message = firstLine(each);
            if (messages.stream().noneMatch(said -> said.contains(message))) {
                messages.add(message);
            }
            each = each.getCause();
        }
        return String.join(": ", messages);
    }

    private static String firstLine(Throwable failure) {
        String message = failure.getMessage() == null ? "" : failure.getMessage();
        return message.lines().findFirst().orElse(failure.getClass().getSimpleName());
    }
}
