package dev.rlhf.label.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.data.Verdict;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.Ranks;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.Change;
import dev.rlhf.label.api.ExportFilter;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.api.ShownTask;
import dev.rlhf.label.client.LabelClient;
import dev.rlhf.label.judging.JudgingTask;
import dev.rlhf.label.store.LabelStore;
import dev.rlhf.label.store.Samples;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a server's process (SIGKILL) while 50 clients send it a thousand labels, then checks that each label
 * acknowledged over HTTP is in the file. All rounds use one store, so that a later kill must not lose labels of an
 * earlier round. Two rounds by default; {@code -Drlhf.kill_rounds=20} for the whole of it, a minute or two.
 */
class KillTest {
    private static final int ROUNDS = Integer.getInteger("rlhf.kill_rounds", 2);
    private static final int CLIENTS = 50;
    private static final int TASKS = 500;
    private static final int OVERLAP = 2;
    private static final int JUDGED = 40;

    @TempDir
    Path folder;

    /** Ranks in the stored order, by labeler and prompt. */
    private final Map<String, List<Integer>> acknowledged = new ConcurrentHashMap<>();

    /** Verdicts on judging tasks, by labeler and question. */
    private final Map<String, Verdict> judged = new ConcurrentHashMap<>();

    @Test
    void aKilledServerLosesNoLabelItAcknowledged() throws Exception {
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        for (int round = 0; round < ROUNDS; round++) {
            int before = labels();
            List<String> invites = prepare(round);
            killWhileClientsLabel(round, invites, before + random.nextInt(50, TASKS * OVERLAP - 100));
            int unacknowledged = check() - labels();
            System.out.printf(
                    "kill round %d: %d labels acknowledged before the kill, %d in all rounds; %d more stored than "
                            + "acknowledged%n",
                    round + 1, labels() - before, labels(), unacknowledged);
            // Of the requests in flight when the server died, one per client, some were stored and some were not.
            assertThat(unacknowledged).isBetween(0, (round + 1) * CLIENTS);
        }
    }

    private int labels() {
        return acknowledged.size() + judged.size();
    }

    /** @return an invite for each client */
    private List<String> prepare(int round) throws IOException {
        try (LabelStore store = LabelStore.open(folder.resolve("labels"))) {
            store.importTasks(
                    IntStream.range(0, TASKS)
                            .mapToObj(i -> Samples.task("r%d-%d".formatted(round, i), 3))
                            .toList(),
                    new ImportOptions("b", OVERLAP));
            // Handed out first, so that some of them are done at the moment of the kill.
            store.importJudging(
                    IntStream.range(0, JUDGED)
                            .mapToObj(i -> new JudgingTask(
                                    "j%d-%d".formatted(round, i), "J%d-%d?".formatted(round, i), List.of("x"), "y"))
                            .toList(),
                    new ImportOptions(
                            "judged", Change.of().overlap(OVERLAP).priority(1).build()),
                    Actor.commandLine());
            return IntStream.range(0, CLIENTS)
                    .mapToObj(i -> store.access()
                            .invite(name(round, i), LabelerKind.SIMULATED, Actor.commandLine())
                            .token())
                    .toList();
        }
    }

    private static String name(int round, int client) {
        return "simulated-%d-%d".formatted(round, client);
    }

    private void killWhileClientsLabel(int round, List<String> invites, int wanted) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Server.class.getName(),
                        folder.resolve("labels").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        CountDownLatch enough = new CountDownLatch(1);
        List<Thread> clients = new ArrayList<>();
        try (BufferedReader lines = process.inputReader()) {
            URI address = URI.create(String.valueOf(lines.readLine()));
            for (int i = 0; i < CLIENTS; i++) {
                String name = name(round, i);
                String invite = invites.get(i);
                clients.add(Thread.ofVirtual().start(() -> label(address, name, invite, wanted, enough)));
            }
            assertThat(enough.await(120, TimeUnit.SECONDS)).as("labels came in").isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as("killed by SIGKILL").isEqualTo(128 + 9);
        for (Thread client : clients) {
            client.join();
        }
    }

    private void label(URI address, String name, String invite, int wanted, CountDownLatch enough) {
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        try (LabelClient client = LabelClient.join(address, invite)) {
            for (Optional<ShownTask> task = client.next(); task.isPresent(); task = client.next()) {
                if (task.get().answers() != null) {
                    Verdict verdict = Verdict.values()[random.nextInt(3)];
                    client.submit(task.get(), verdict);
                    judged.put(name + " " + task.get().messages().getFirst().content(), verdict);
                    continue;
                }
                List<Integer> stored = Ranks.of(List.of(random.nextInt(3), random.nextInt(3), random.nextInt(3)));
                client.submit(
                        task.get(),
                        task.get().completions().stream()
                                .map(text -> stored.get(text.charAt(text.length() - 1) - '0'))
                                .toList());
                acknowledged.put(name + " " + task.get().messages().getFirst().content(), stored);
                if (labels() >= wanted) {
                    enough.countDown();
                }
            }
        } catch (IOException died) {
            // A label that was not acknowledged may be lost.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return labels in the store */
    private int check() throws IOException {
        try (LabelStore store = LabelStore.openExisting(folder.resolve("labels"))) {
            List<RankedTask> tasks = store.tasks();
            Map<String, List<Integer>> there = tasks.stream()
                    .flatMap(task -> task.rankings().stream()
                            .map(ranking -> Map.entry(
                                    ranking.labeler() + " "
                                            + task.prompt()
                                                    .messages()
                                                    .getFirst()
                                                    .content(),
                                    ranking.ranks())))
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
            assertThat(there).containsAllEntriesOf(acknowledged);
            assertThat(tasks).allMatch(task -> task.rankings().size() <= OVERLAP);
            Map<String, Verdict> verdicts = new HashMap<>();
            for (JudgingTask task : store.labelerService()
                    .exportVerdicts(ExportFilter.all("judged"), false, Actor.commandLine())
                    .tasks()) {
                task.verdicts().forEach((labeler, verdict) -> verdicts.put(labeler + " " + task.question(), verdict));
            }
            assertThat(verdicts).containsAllEntriesOf(judged);
            // The counters are updated in the same transactions as the labels.
            assertThat(store.labelerService()
                            .progress(store.join("counter", LabelerKind.PERSON))
                            .rankings())
                    .isEqualTo(there.size() + verdicts.size());
            return there.size() + verdicts.size();
        }
    }

    /** Serves until the process is killed. */
    static final class Server {
        public static void main(String[] args) throws Exception {
            LabelStore store = LabelStore.openExisting(Path.of(args[0]));
            System.out.println(LabelServer.start(store, "127.0.0.1", 0).address());
            Thread.sleep(Long.MAX_VALUE);
        }
    }
}
