package dev.rlhf.label.files;

import dev.rlhf.label.Prompt;
import dev.rlhf.text.Message;
import java.util.List;

/** Checks prompts for formats in which a user and an assistant must alternate. */
final class Dialogs {
    /** Reason to leave out a task. */
    static final String NO_DIALOG = "tasks whose prompt is not turns of user and assistant that end with the user";

    private Dialogs() {}

    /** Returns whether the prompt begins and ends with the user, and user and assistant take turns. */
    static boolean isDialog(Prompt prompt) {
        List<Message> messages = prompt.messages();
        for (int i = 0; i < messages.size(); i++) {
            if (!messages.get(i).role().equals(i % 2 == 0 ? "user" : "assistant")) {
                return false;
            }
        }
        return messages.size() % 2 == 1;
    }
}
