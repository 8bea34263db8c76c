package dev.rlhf.label.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.base.InputException;
import dev.rlhf.data.Verdict;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.Ranks;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.BatchChange;
import dev.rlhf.label.api.Change;
import dev.rlhf.label.api.ExportFilter;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.api.ShownTask;
import dev.rlhf.label.api.User;
import dev.rlhf.label.assignment.Quota;
import dev.rlhf.label.client.AdminClient;
import dev.rlhf.label.client.LabelClient;
import dev.rlhf.label.files.Fields;
import dev.rlhf.label.judging.JudgingTask;
import dev.rlhf.label.store.LabelStore;
import dev.rlhf.label.store.Samples;
import dev.rlhf.label.store.TestLabelers;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
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
 * acknowledged over HTTP is in the file; so are tags, quotas and second opinions that an admin writes at the same
 * time. All rounds use one store, so that a later kill must not lose labels of an
 * earlier round. Two rounds by default; {@code -Drlhf.kill_rounds=20} for the whole of it, a minute or two.
 */
class KillTest {
    private static final int ROUNDS = Integer.getInteger("rlhf.kill_rounds", 2);
    private static final int CLIENTS = 50;
    private static final int TASKS = 500;
    private static final int OVERLAP = 2;
    private static final int JUDGED = 40;
    private static final int PAUSE_MS = 50;

    @TempDir
    Path folder;

    /** Ranks in the stored order, by labeler and prompt. */
    private final Map<String, List<Integer>> acknowledged = new ConcurrentHashMap<>();

    /** Verdicts on judging tasks, by labeler and question. */
    private final Map<String, Verdict> judged = new ConcurrentHashMap<>();

    /** The number of the latest acknowledged write, by labeler or task. */
    private final Map<String, Integer> tags = new ConcurrentHashMap<>();

    private final Map<String, Integer> quotas = new ConcurrentHashMap<>();
    private final Map<String, Integer> opinions = new ConcurrentHashMap<>();

    private String token = "";

    @Test
    void aKilledServerLosesNoLabelItAcknowledged() throws Exception {
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        for (int round = 0; round < ROUNDS; round++) {
            int before = labels();
            List<String> invites = prepare(round);
            killWhileClientsLabel(round, invites, before + random.nextInt(50, TASKS * OVERLAP - 100));
            checkAdmins();
            int unacknowledged = check() - labels();
            System.out.printf(
                    "kill round %d: %d labels acknowledged before the kill, %d in all rounds; %d more stored than "
                            + "acknowledged; tags of %d labelers, %d quotas, %d second opinions%n",
                    round + 1,
                    labels() - before,
                    labels(),
                    unacknowledged,
                    tags.size(),
                    quotas.size(),
                    opinions.size());
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
            store.importTasks(
                    IntStream.range(0, CLIENTS)
                            .mapToObj(i -> Samples.task(name(round, i), 2))
                            .toList(),
                    new ImportOptions("scored", Change.of().paused(true).build()));
            if (!store.access().hasAdmin()) {
                store.access().setAdmin("Lea", "a long enough password", Actor.commandLine());
                token = store.access().createToken("kill", "Lea", Actor.commandLine());
            }
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
            clients.add(Thread.ofVirtual().start(() -> administer(address, round)));
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

    /** Sets tags and quotas of the clients, and imports second opinions, until the server dies. */
    private void administer(URI address, int round) {
        try (AdminClient admin = AdminClient.withToken(address, token)) {
            for (int i = 1; ; i++) {
                String name = name(round, i % CLIENTS);
                admin.setTags(name, List.of("tag-" + i));
                tags.put(name, i);
                admin.setQuota(name, new Quota(10_000 + i, null, null), null);
                quotas.put(name, i);
                Path scores = Files.writeString(
                        folder.resolve("scores.jsonl"), "{\"id\":\"" + name + "\",\"scores\":[" + i + ",0]}");
                admin.importFile(
                        scores, "second_opinion", Fields.DEFAULT, new ImportOptions("scored", BatchChange.NONE));
                opinions.put(name, i);
                Thread.sleep(PAUSE_MS); // labels must come in, too
            }
        } catch (IOException | InputException died) {
            // A write that was not acknowledged may be lost.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A write in flight at the kill may be in the store; none that was acknowledged may be missing. */
    private void checkAdmins() throws Exception {
        assertThat(tags).isNotEmpty();
        try (LabelStore store = LabelStore.openExisting(folder.resolve("labels"))) {
            for (User user : store.access().users()) {
                String name = user.labeler().name();
                int tag = tags.getOrDefault(name, 0);
                if (tag > 0) {
                    assertThat(Integer.parseInt(user.tags().getFirst().substring("tag-".length())))
                            .isGreaterThanOrEqualTo(tag);
                }
                int quota = quotas.getOrDefault(name, 0);
                if (quota > 0) {
                    assertThat(user.quota().own().tasksPerDay()).isGreaterThanOrEqualTo(10_000 + quota);
                }
            }
        }
        try (Connection connection =
                DriverManager.getConnection("jdbc:h2:file:" + folder.resolve("labels"), "rlhf", "")) {
            Map<String, Double> there = secondOpinions(connection);
            opinions.forEach((task, score) -> assertThat(there.get(task)).isGreaterThanOrEqualTo(score));
        }
    }

    /** Returns the first score of each task that has a second opinion. */
    static Map<String, Double> secondOpinions(Connection connection) throws SQLException {
        Map<String, Double> scores = new HashMap<>();
        try (ResultSet rows = connection
                .createStatement()
                .executeQuery("SELECT t.external_id, o.scores[1] FROM second_opinion o"
                        + " JOIN task t ON t.id = o.task_id")) {
            while (rows.next()) {
                scores.put(rows.getString(1), rows.getDouble(2));
            }
        }
        return scores;
    }

    /** @return labels in the store */
    private int check() throws IOException {
        try (LabelStore store = LabelStore.openExisting(folder.resolve("labels"))) {
            List<RankedTask> tasks = store.tasks(null);
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
                            .progress(TestLabelers.person(store, "counter"), ZoneOffset.UTC)
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
