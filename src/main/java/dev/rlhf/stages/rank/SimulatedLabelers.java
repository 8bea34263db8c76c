package dev.rlhf.stages.rank;

import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.Invite;
import dev.rlhf.label.api.ShownTask;
import dev.rlhf.label.client.LabelClient;
import dev.rlhf.label.store.Access;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/**
 * Programs that replace people. Each is invited to the server as a labeler of kind simulated, named
 * {@code simulated-1}, {@code simulated-2} …, and ranks tasks by a {@link RankingRule} until it gets no more.
 * Thread-safe.
 */
final class SimulatedLabelers {
    private final RankingRule rule;

    SimulatedLabelers(RankingRule rule) {
        this.rule = rule;
    }

    /**
     * Works in rounds until no labeler gets a task, or until {@code stop}: labelers claim one task each, in turn, and
     * then all rank concurrently. Their work overlaps in time, as with people, but a seed determines which labeler
     * ranks which task.
     *
     * @param ranked is called after each round with its number of rankings
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

    /**
     * Lets each labeler rank one task.
     *
     * @return number of labelers that got a task
     */
    private int rankOneEach(List<Labeler> labelers, ExecutorService threads) throws IOException, InterruptedException {
        List<Callable<Void>> submissions = new ArrayList<>();
        for (Labeler labeler : labelers) {
            Optional<ShownTask> claimed = labeler.client().next();
            claimed.ifPresent(task -> submissions.add(() -> {
                labeler.client().submit(task, rule.ranks(labeler.name(), task.messages(), task.completions()));
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
}
