package dev.rlhf.stages.rank;

import dev.rlhf.base.InputException;
import dev.rlhf.data.QuestionRow;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.Invite;
import dev.rlhf.label.api.ShownTask;
import dev.rlhf.label.client.LabelClient;
import dev.rlhf.label.store.Access;
import dev.rlhf.refusal.Answers;
import dev.rlhf.refusal.SimulatedRanking;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/**
 * Programs that stand in for people: each is invited to the server under the name {@code simulated-1},
 * {@code simulated-2} … as a labeler of kind simulated, and ranks task after task by {@link SimulatedRanking} until it
 * is given none. They see what a browser shows; what is right they look up by the words of the prompt. Thread-safe.
 */
final class SimulatedLabelers {
    private final SimulatedRanking rule;
    private final Answers answers;
    /** By the last message of the prompt. */
    private final Map<String, QuestionRow> asked = new HashMap<>();

    /**
     * Labelers for these tasks.
     *
     * @param answers has a row for each task, by the task's id or by the words of its prompt
     * @throws InputException if it lacks one
     */
    SimulatedLabelers(SimulatedRanking rule, Answers answers, List<RankedTask> tasks) {
        this.rule = rule;
        this.answers = answers;
        for (RankedTask task : tasks) {
            String words = task.prompt().messages().getLast().content();
            QuestionRow question = answers.find(task.id())
                    .or(() -> answers.find(words))
                    .orElseThrow(() -> new InputException("questions: no row has the id or the words of task \""
                            + task.id() + "\" (" + words + "), so a simulated labeler cannot know what is right"));
            asked.put(words, question);
        }
    }

    /**
     * Works in rounds until no labeler is given a task, or until {@code stop}: each claims one in turn, then all rank
     * at once. So claims are held side by side as people hold them, and yet the same seed has the same labeler rank the
     * same task.
     *
     * @param ranked is told after each round how many rankings it brought
     */
    void run(URI server, Access access, int labelers, BooleanSupplier stop, IntConsumer ranked)
            throws IOException, InterruptedException {
        List<Labeler> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 1; i <= labelers; i++) {
                String name = "simulated-" + i;
                Invite invite = access.invite(name, LabelerKind.SIMULATED, Actor.commandLine());
                all.add(new Labeler(name, LabelClient.join(server, invite.token())));
            }
            int round;
            do {
                round = rankOneEach(all, threads);
                ranked.accept(round);
            } while (round > 0 && !stop.getAsBoolean());
        } finally {
            all.forEach(labeler -> labeler.client().close());
        }
    }

    private record Labeler(String name, LabelClient client) {}

    /** @return how many of the labelers were given a task */
    private int rankOneEach(List<Labeler> labelers, ExecutorService threads) throws IOException, InterruptedException {
        List<Callable<Void>> submissions = new ArrayList<>();
        for (Labeler labeler : labelers) {
            Optional<ShownTask> claimed = labeler.client().next();
            claimed.ifPresent(task -> submissions.add(() -> {
                labeler.client().submit(task, ranks(labeler.name(), task));
                return null;
            }));
        }
        for (Future<Void> submission : threads.invokeAll(submissions)) {
            try {
                submission.get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RuntimeException cause) {
                    throw cause;
                }
                throw new IOException("a simulated labeler failed: " + e.getMessage(), e);
            }
        }
        return submissions.size();
    }

    private List<Integer> ranks(String labeler, ShownTask task) {
        String words = task.messages().getLast().content();
        QuestionRow question = asked.get(words);
        if (question == null) {
            throw new InputException("the label store holds a task that is not in input: " + words);
        }
        List<SimulatedRanking.Graded> graded = task.completions().stream()
                .map(text -> new SimulatedRanking.Graded(text, answers.judge(question, text)))
                .toList();
        return rule.ranks(labeler, question.key(), graded);
    }
}
