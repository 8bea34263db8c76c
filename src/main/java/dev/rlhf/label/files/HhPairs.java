package dev.rlhf.label.files;

import dev.rlhf.label.Completion;
import dev.rlhf.label.Label;
import dev.rlhf.label.RankedTask;
import dev.rlhf.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads Anthropic's helpful-harmless pairs (Bai 2022): two transcripts of turns that begin with {@code \n\nHuman:} and
 * {@code \n\nAssistant:}, equal up to the last answer. A pair whose transcripts differ earlier compares conversations,
 * not answers to one prompt, and is left out; so is a pair with equal answers.
 */
final class HhPairs implements RowReader {
    static final String LABELER = "anthropic-hh";
    private static final Pattern TURN = Pattern.compile("\\n\\n(Human|Assistant):");

    @Override
    public List<RankedTask> read(JsonObject row, String id, Consumer<String> leftOut) {
        row.allow("chosen", "rejected", "chosen_ended", "rejected_ended");
        List<Message> chosen = turns(row.text("chosen"), "chosen");
        List<Message> rejected = turns(row.text("rejected"), "rejected");
        List<Message> prompt = chosen.subList(0, chosen.size() - 1);
        if (!prompt.equals(rejected.subList(0, rejected.size() - 1))) {
            leftOut.accept("pairs that part before the last answer");
            return List.of();
        }
        String better = chosen.getLast().content();
        String worse = rejected.getLast().content();
        if (better.equals(worse)) {
            leftOut.accept("pairs of equal answers");
            return List.of();
        }
        return List.of(new RankedTask(
                id,
                ScoredCompletions.prompt(prompt),
                List.of(
                        new Completion("chosen", better, null, row.flagOrTrue("chosen_ended")),
                        new Completion("rejected", worse, null, row.flagOrTrue("rejected_ended"))),
                List.of(Label.ranking(LABELER, List.of(1, 2)))));
    }

    /** Returns whether a reader would see the beginning of a turn within the text. */
    static boolean hasTurn(String text) {
        return TURN.matcher(text).find();
    }

    /**
     * Returns a transcript's turns up to the answer: it ends with {@code \n\nAssistant:} and nothing after it.
     *
     * @throws IllegalArgumentException if it is no transcript, or the answer is in it
     */
    static List<Message> question(String transcript, String key) {
        List<Message> turns = turns(transcript.startsWith("\n\n") ? transcript : "\n\n" + transcript.strip(), key);
        if (!turns.getLast().content().isEmpty()) {
            throw new IllegalArgumentException("\"" + key + "\" does not end with \"\\n\\nAssistant:\"");
        }
        return turns.subList(0, turns.size() - 1);
    }

    private static List<Message> turns(String transcript, String key) {
        List<Message> turns = new ArrayList<>();
        Matcher matcher = TURN.matcher(transcript);
        boolean found = matcher.find();
        if (!found || matcher.start() != 0) {
            throw new IllegalArgumentException("\"" + key + "\" does not begin with \"\\n\\nHuman:\"");
        }
        while (found) {
            String role = matcher.group(1).equals("Human") ? "user" : "assistant";
            int from = matcher.end();
            found = matcher.find();
            String content = transcript.substring(from, found ? matcher.start() : transcript.length());
            turns.add(new Message(role, content.strip()));
        }
        if (turns.size() < 2 || !turns.getLast().role().equals("assistant")) {
            throw new IllegalArgumentException("\"" + key + "\" does not end with an answer of the assistant's");
        }
        return turns;
    }
}
