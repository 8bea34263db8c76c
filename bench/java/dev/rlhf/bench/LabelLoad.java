package dev.rlhf.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.Json;
import dev.rlhf.label.Completion;
import dev.rlhf.label.Label;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.server.LabelServer;
import dev.rlhf.label.store.LabelStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Load test of the label server over loopback. Each of many labelers saves a draft of a task and submits a ranking,
 * whose answer is the next task, as on the page, and pauses after each request. Reports the time of every request, the
 * processor time of server and labelers per request, and whether each acknowledged label is in the store exactly once.
 *
 * <p>Server and labelers share one JVM and its cores, so the numbers are worse than those of a separate server.
 */
final class LabelLoad {
    private final URI server;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final long until;
    private final int pauseMillis;
    private final Map<String, ConcurrentLinkedQueue<Long>> nanos = new ConcurrentHashMap<>();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final AtomicInteger errors = new AtomicInteger();

    private LabelLoad(URI server, int seconds, int pauseMillis) {
        this.server = server;
        this.until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        this.pauseMillis = pauseMillis;
    }

    /** One labeler's session: the state that a browser keeps. */
    private record Session(String cookie, String csrf, String guideline) {}

    /** Takes {@code --labelers 100 --seconds 60 --pause_ms 1000} and prints one JSON line. */
    public static void main(String[] args) throws Exception {
        Flags flags = Flags.parse(
                Arrays.asList(args), Map.of("labelers", "100", "seconds", "60", "pause_ms", "1000", "warm_up", "10"));
        int labelers = flags.integer("labelers");
        Path folder = Files.createTempDirectory("label-load");
        try (LabelStore store = LabelStore.open(folder.resolve("labels"))) {
            // more tasks than can be done, so that none run out; two labelers per task, so that they compete
            store.importTasks(tasks(20_000), new ImportOptions("load", 2));
            List<String> invites = new ArrayList<>();
            for (int i = 0; i < labelers; i++) {
                invites.add(store.access()
                        .invite("labeler-" + i, LabelerKind.PERSON, Actor.commandLine())
                        .token());
            }
            try (LabelServer running = LabelServer.start(store, "127.0.0.1", 0)) {
                Set<String> all = new HashSet<>();
                List<Session> sessions = new ArrayList<>();
                LabelLoad door = new LabelLoad(running.address(), 0, 0);
                for (String invite : invites) {
                    sessions.add(door.join(invite));
                }
                LabelLoad warm = new LabelLoad(running.address(), flags.integer("warm_up"), flags.integer("pause_ms"));
                warm.work(sessions);
                all.addAll(warm.acknowledged);
                LabelLoad load = new LabelLoad(running.address(), flags.integer("seconds"), flags.integer("pause_ms"));
                Clocks begun = Clocks.now();
                load.work(sessions);
                Clocks end = Clocks.now();
                all.addAll(load.acknowledged);
                System.out.println(load.line(flags, store, all, begun, end));
            }
        }
    }

    private static List<RankedTask> tasks(int count) {
        List<RankedTask> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<Completion> completions = new ArrayList<>();
            for (int c = 0; c < 4; c++) {
                completions.add(new Completion("c" + c, ("Answer " + c + " to question " + i + ". ").repeat(10), null));
            }
            tasks.add(new RankedTask("t" + i, Prompt.text("Question " + i + "?"), completions, List.of()));
        }
        return tasks;
    }

    private void work(List<Session> sessions) throws InterruptedException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < sessions.size(); i++) {
                int number = i;
                threads.submit(() -> label(sessions.get(number), new SplittableRandom(number)));
            }
        }
    }

    private Session join(String invite) throws IOException, InterruptedException {
        ObjectNode body =
                Json.mapper().createObjectNode().put("invite", invite).put("key", "load-" + invite.hashCode());
        HttpResponse<String> response =
                http.send(request("/api/session", "POST", body).build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException("joining: " + response.statusCode() + " " + response.body());
        }
        String cookie =
                response.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
        String csrf = Json.mapper().readTree(response.body()).get("csrf").textValue();
        Session session = new Session(cookie, csrf, "");
        String version = send(session, "guidelines", "/api/guidelines", "GET", null)
                .get("version")
                .textValue();
        send(
                session,
                "seen",
                "/api/guidelines/seen",
                "POST",
                Json.mapper().createObjectNode().put("version", version));
        return new Session(cookie, csrf, version);
    }

    private void label(Session session, SplittableRandom random) {
        try {
            rest(random);
            JsonNode task = send(
                            session,
                            "next",
                            "/api/tasks/next",
                            "POST",
                            Json.mapper().createObjectNode())
                    .get("task");
            rest(random);
            while (System.nanoTime() < until) {
                long id = task.get("id").longValue();
                int version = task.hasNonNull("draft")
                        ? task.get("draft").get("version").intValue()
                        : 0;
                ObjectNode draft = Json.mapper().createObjectNode().put("version", version);
                draft.putObject("content").put("places", "1234");
                send(session, "draft", "/api/tasks/" + id + "/draft", "PUT", draft);
                rest(random);
                ObjectNode label = Json.mapper().createObjectNode();
                label.put("key", "key-" + random.nextLong())
                        .put("kind", "ranking")
                        .put("guideline", session.guideline());
                label.putArray("ranks").add(1).add(2).add(3).add(4);
                task = send(session, "label", "/api/tasks/" + id + "/label?next=true", "POST", label)
                        .get("task");
                if (!acknowledged.add(id + " " + session.cookie())) {
                    throw new IOException("task " + id + " was given twice to one labeler");
                }
                rest(random);
            }
        } catch (IOException | RuntimeException e) {
            errors.incrementAndGet();
            System.err.println(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns a pause of 0.5 to 1.5 times the mean. */
    private void rest(SplittableRandom random) throws InterruptedException {
        if (pauseMillis > 0) {
            Thread.sleep(pauseMillis / 2 + random.nextInt(pauseMillis));
        }
    }

    private HttpRequest.Builder request(String path, String method, JsonNode body) {
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(server.resolve(path)).timeout(Duration.ofSeconds(30));
        return body == null
                ? builder.method(method, HttpRequest.BodyPublishers.noBody())
                : builder.header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body.toString()));
    }

    private JsonNode send(Session session, String what, String path, String method, JsonNode body)
            throws IOException, InterruptedException {
        HttpRequest request = request(path, method, body)
                .header("Cookie", session.cookie())
                .header("X-CSRF-Token", session.csrf())
                .build();
        long begun = System.nanoTime();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        nanos.computeIfAbsent(what, _ -> new ConcurrentLinkedQueue<>()).add(System.nanoTime() - begun);
        if (response.statusCode() != 200) {
            throw new IOException(what + ": " + response.statusCode() + " " + response.body());
        }
        return Json.mapper().readTree(response.body());
    }

    private String line(Flags flags, LabelStore store, Set<String> all, Clocks begun, Clocks end) throws IOException {
        Map<String, Object> line = new LinkedHashMap<>(flags.values());
        List<Long> every = new ArrayList<>();
        nanos.forEach((what, own) -> every.addAll(own));
        line.put("requests", every.size());
        line.put("requests_per_second", every.size() / Double.parseDouble(flags.text("seconds")));
        line.put("milliseconds", percentiles(every));
        nanos.forEach((what, own) -> line.put("milliseconds_" + what, percentiles(List.copyOf(own))));
        line.put("errors", errors.get());
        int stored = 0;
        int tooMany = 0;
        for (RankedTask task : store.tasks(null)) {
            stored += task.rankings().size();
            tooMany += Math.max(0, task.rankings().size() - 2);
            if (task.rankings().stream().map(Label::labeler).distinct().count()
                    < task.rankings().size()) {
                throw new IOException(task.id() + " has two rankings of one labeler");
            }
        }
        line.put("acknowledged", all.size());
        line.put("stored", stored);
        line.put("over_the_overlap", tooMany);
        line.put("cpu_milliseconds_per_request", Math.round(1e6 * (end.own() - begun.own()) / every.size()) / 1e3);
        line.put("cores_used_by_others", Math.round(end.coresUsedByOthers(begun) * 100) / 100.0);
        return Json.mapper().writeValueAsString(line);
    }

    private static Map<String, Double> percentiles(List<Long> nanos) {
        long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        Map<String, Double> of = new LinkedHashMap<>();
        for (double share : new double[] {0.5, 0.9, 0.99, 0.999, 1}) {
            int at = Math.min(sorted.length - 1, (int) Math.ceil(share * sorted.length) - 1);
            of.put(
                    share == 1 ? "max" : "p" + (share * 100),
                    sorted.length == 0 ? Double.NaN : sorted[Math.max(0, at)] / 1e6);
        }
        return of;
    }
}
