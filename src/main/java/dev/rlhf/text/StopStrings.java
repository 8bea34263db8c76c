package dev.rlhf.text;

import java.util.List;

/**
 * Ends a text that arrives in pieces before the first of several stop strings, even one that is spread over pieces: what may be the
 * beginning of one is held back until it is clear. With the stop string {@code "\nUser:"}, the pieces {@code "Yes.\nUs"} and
 * {@code "er: more"} give {@code "Yes."} and {@code ""}, and the text has ended.
 *
 * <p>The first is the one that is complete first; of two that are complete at once, the longer. So the outcome does not depend
 * on how the text was cut into pieces. One a stream; not thread-safe.
 */
public final class StopStrings {
    private final List<String> stops;
    private String held = "";
    private boolean stopped;

    /**
     * @param stops the stop strings; none at all lets everything through
     * @throws IllegalArgumentException if one is empty
     */
    public StopStrings(List<String> stops) {
        if (stops.contains("")) {
            throw new IllegalArgumentException("an empty stop string would end every text before it begins");
        }
        this.stops = List.copyOf(stops);
    }

    /** What of the text up to here is certain to belong to it; empty once it has ended. */
    public String add(String piece) {
        if (stopped) {
            return "";
        }
        String text = held + piece;
        int begin = firstStop(text);
        stopped = begin >= 0;
        int sure = stopped ? begin : firstPossible(text);
        held = stopped ? "" : text.substring(sure);
        return text.substring(0, sure);
    }

    /** Whether a stop string has ended the text. */
    public boolean stopped() {
        return stopped;
    }

    /** What was held back; call it once, when no piece is left. */
    public String flush() {
        String rest = held;
        held = "";
        return rest;
    }

    /** Where the stop string begins that is complete first; -1 if there is none. */
    private int firstStop(String text) {
        int begin = -1;
        int end = Integer.MAX_VALUE;
        for (String stop : stops) {
            int at = text.indexOf(stop);
            int until = at + stop.length();
            if (at >= 0 && (until < end || (until == end && at < begin))) {
                begin = at;
                end = until;
            }
        }
        return begin;
    }

    /** Where the rest of the text is the beginning of a stop string; its length if nowhere. */
    private int firstPossible(String text) {
        for (int at = 0; at < text.length(); at++) {
            int length = text.length() - at;
            for (String stop : stops) {
                if (stop.regionMatches(0, text, at, length)) {
                    return at;
                }
            }
        }
        return text.length();
    }
}
