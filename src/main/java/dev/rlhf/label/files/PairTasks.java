package dev.rlhf.label.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.data.Origin;
import dev.rlhf.data.PairRow;
import dev.rlhf.label.Completion;
import dev.rlhf.label.Judgement;
import dev.rlhf.label.Label;
import dev.rlhf.label.LabelKind;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import dev.rlhf.text.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows with a chosen and a rejected completion ({@link PairRow}). Rows with the same id, prompt and two
 * completions become one task with one ranking per row.
 */
final class PairTasks {
    /** The labeler of rows that do not name one. */
    static final String LABELER = "pairs";

    private static final Set<String> PLAIN_FIELDS = Set.of("role", "content");

    private record Text(String text, boolean ended) {}

    private record Pair(@Nullable String id, Prompt prompt, Set<Text> texts) {}

    /** A row's ranking and its place. */
    private record Placed(Label ranking, Origin origin) {}

    /** A task before it has its id; its first row's chosen completion is the first. */
    private record Draft(
            @Nullable String id,
            int row,
            Origin origin,
            Prompt prompt,
            List<Text> texts,
            Map<String, Placed> rankings) {}

    private final Map<Pair, Draft> drafts = new LinkedHashMap<>();
    private final Map<String, List<Draft>> draftsOf = new HashMap<>();
    private final SortedMap<String, Integer> leftOut = new TreeMap<>();
    private int rows;

    private PairTasks() {}

    /**
     * Reads a file.
     *
     * @throws InputException with file and line: a row that is not a pair, equal completions, an id with two prompts,
     *     or a labeler with opposite preferences
     */
    static ForeignLabels read(Path file) throws IOException {
        PairTasks pairs = new PairTasks();
        ForeignRows.forEach(file, pairs::take);
        if (pairs.rows == 0) {
            throw InputException.at(file, "no rows");
        }
        return new ForeignLabels(pairs.tasks(), pairs.rows, pairs.leftOut);
    }

    private void take(Origin origin, JsonNode node) {
        rows++;
        if (!(node instanceof ObjectNode object)) {
            throw origin.error("the row is not a JSON object");
        }
        PairRow row = PairRow.parse(origin, object);
        Text chosen = new Text(row.chosen(), row.chosenEnded());
        Text rejected = new Text(row.rejected(), row.rejectedEnded());
        if (chosen.equals(rejected)) {
            throw origin.error("\"chosen\" and \"rejected\" are the same, which is no preference; remove the row");
        }
        try {
            Prompt prompt = prompt(row);
            Draft draft = drafts.computeIfAbsent(
                    new Pair(row.id(), prompt, Set.of(chosen, rejected)),
                    _ -> draft(origin, row.id(), prompt, List.of(chosen, rejected)));
            boolean first = draft.texts().getFirst().equals(chosen);
            add(draft, origin, ranking(object.path("labeler").asText(LABELER), first, row.margin()));
        } catch (IllegalArgumentException e) {
            throw origin.error(String.valueOf(e.getMessage()));
        }
    }

    private Draft draft(Origin origin, @Nullable String id, Prompt prompt, List<Text> texts) {
        Draft draft = new Draft(id, rows, origin, prompt, texts, new LinkedHashMap<>());
        if (id != null) {
            List<Draft> same = draftsOf.computeIfAbsent(id, _ -> new ArrayList<>());
            if (!same.isEmpty() && !same.getFirst().prompt().equals(prompt)) {
                throw origin.error("id '%s' has another prompt on line %d; pairs of one id have one prompt"
                        .formatted(id, same.getFirst().origin().line()));
            }
            same.add(draft);
        }
        return draft;
    }

    private void add(Draft draft, Origin origin, Label ranking) {
        Placed earlier = draft.rankings().putIfAbsent(ranking.labeler(), new Placed(ranking, origin));
        if (earlier == null) {
            return;
        }
        if (!earlier.ranking().ranks().equals(ranking.ranks())) {
            throw origin.error("labeler '%s' prefers the other completion on line %d; keep one of the two rows"
                    .formatted(ranking.labeler(), earlier.origin().line()));
        }
        leftOut("rows that say the same as an earlier row of the same labeler");
    }

    private Label ranking(String labeler, boolean first, @Nullable Double margin) {
        Integer strength = null;
        if (margin != null) {
            if (margin == 1 || margin == 2 || margin == 3) {
                strength = first ? -margin.intValue() : margin.intValue();
            } else {
                leftOut("margins other than 1, 2 and 3");
            }
        }
        return new Label(
                labeler,
                LabelerKind.PERSON,
                new Judgement(
                        LabelKind.RANKING,
                        first ? List.of(1, 2) : List.of(2, 1),
                        strength,
                        null,
                        List.of(),
                        false,
                        false,
                        null,
                        null,
                        null,
                        null));
    }

    private static Prompt prompt(PairRow row) {
        List<Message> messages = new ArrayList<>();
        for (Message message : row.messages()) {
            if (!PLAIN_FIELDS.containsAll(message.fields().keySet())) {
                throw new IllegalArgumentException(
                        "a message has %s; a label store keeps role and content alone, so remove the other fields"
                                .formatted(message.fields().keySet()));
            }
            messages.add(new Message(message.role(), message.content()));
        }
        return messages.size() == 1 && messages.getFirst().role().equals("user")
                ? Prompt.text(messages.getFirst().content())
                : Prompt.conversation(messages);
    }

    private List<RankedTask> tasks() {
        List<RankedTask> tasks = new ArrayList<>();
        Map<String, Long> lineOf = new HashMap<>();
        for (Draft draft : drafts.values()) {
            String id = id(draft);
            Long first = lineOf.putIfAbsent(id, draft.origin().line());
            if (first != null) {
                throw draft.origin()
                        .error("its task would have the id '%s', which the task of line %d has; rename one"
                                .formatted(id, first));
            }
            try {
                tasks.add(new RankedTask(
                        id,
                        draft.prompt(),
                        List.of(
                                completion("1", draft.texts().getFirst()),
                                completion("2", draft.texts().getLast())),
                        draft.rankings().values().stream().map(Placed::ranking).toList()));
            } catch (IllegalArgumentException e) {
                throw draft.origin().error(String.valueOf(e.getMessage()));
            }
        }
        return tasks;
    }

    /** Returns the rows' id, with a number if it has several pairs; numbers that make another row's id are skipped. */
    private String id(Draft draft) {
        if (draft.id() == null) {
            return "row-" + draft.row();
        }
        List<Draft> same = draftsOf.getOrDefault(draft.id(), List.of());
        if (same.size() == 1) {
            return draft.id();
        }
        return IntStream.iterate(1, n -> n + 1)
                .mapToObj(n -> draft.id() + "-" + n)
                .filter(id -> !draftsOf.containsKey(id))
                .skip(same.indexOf(draft))
                .findFirst()
                .orElseThrow();
    }

    private static Completion completion(String id, Text text) {
        return new Completion(id, text.text(), null, text.ended());
    }

    private void leftOut(String what) {
        leftOut.merge(what, 1, Integer::sum);
    }
}
