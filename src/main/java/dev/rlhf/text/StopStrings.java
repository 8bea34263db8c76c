package dev.rlhf.text;

import java.util.List;

/**
 * Truncates a text that arrives in pieces before its first stop string, even if the stop string spans pieces: text that
 * could be the beginning of a stop string is held back until more text decides. With the stop string {@code "\nUser:"},
 * the pieces {@code "Yes.\nUs"} and {@code "er: more"} give {@code "Yes."} and {@code ""}, and the text has ended.
 *
 * <p>The stop string that is complete first wins; if two are complete at the same position, the longer one does. So the
 * result does not depend on how the text is divided into pieces. One instance per stream; not thread-safe.
 */
public final class StopStrings {
    private final List<String> stops;
    private String held = "";
    private boolean stopped;

    /**
     * @param stops the stop strings; an empty list never stops
     * @throws IllegalArgumentException if a stop string is empty
     */
    public StopStrings(List<String> stops) {
        if (stops.contains("")) {
            throw new IllegalArgumentException("an empty stop string would end every text before it begins");
        }
        this.stops = List.copyOf(stops);
    }

    /** Returns the text that is now known to precede any stop string; empty once the text has ended. */
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

    /** Returns whether a stop string has ended the text. */
    public boolean stopped() {
        return stopped;
    }

    /** Returns the text held back; must be called once, after the last piece. */
    public String flush() {
        String rest = held;
        held = "";
        return rest;
    }

    /** Returns the start of the stop string that is complete first; -1 if there is none. */
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

    /** Returns the first position from which the rest of the text could begin a stop string; otherwise its length. */
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
