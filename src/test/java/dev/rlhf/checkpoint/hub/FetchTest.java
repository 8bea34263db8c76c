package dev.rlhf.checkpoint.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import dev.rlhf.checkpoint.hub.FakeHub.Mishap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FetchTest {
    private static final ModelReference TINY = ModelReference.parse("org/tiny").orElseThrow();
    private static final byte[] WEIGHTS = new byte[300_000];

    static {
        new Random(1).nextBytes(WEIGHTS);
    }

    @TempDir
    Path folder;

    private FakeHub hub;
    private HubCache cache;
    private final List<Duration> pauses = new ArrayList<>();
    private final Notes notes = new Notes();

    /** Records the messages. */
    private static final class Notes implements FetchListener {
        private final List<String> lines = new ArrayList<>();
        private final List<State> states = new ArrayList<>();

        @Override
        public synchronized void progress(State state) {
            states.add(state);
        }

        @Override
        public synchronized void note(String line) {
            lines.add(line);
        }
    }

    @BeforeEach
    void open() throws IOException {
        cache = new HubCache(folder.resolve("hub"));
        hub = new FakeHub()
                .add("README.md", "# tiny")
                .add("config.json", "{\"model_type\": \"llama\"}")
                .add("model.safetensors", WEIGHTS)
                .add("pytorch_model.bin", new byte[1000])
                .add("tokenizer.json", "{}")
                .add("added_tokens.json", "")
                .add("preprocessor_config.json", "{}")
                .add("additional_chat_templates/tool use.jinja", "{{ messages }}");
    }

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void writesTheSameCacheAsHuggingfaceHub() throws IOException {
        Path snapshot = fetch().snapshot();
        Path repository = folder.resolve("hub/models--org--tiny");
        assertThat(repository.resolve("refs/main")).hasContent(FakeHub.COMMIT);
        assertThat(snapshot).isEqualTo(repository.resolve("snapshots").resolve(FakeHub.COMMIT));
        assertThat(under(snapshot))
                .containsExactly(
                        "added_tokens.json",
                        "additional_chat_templates/tool use.jinja",
                        "config.json",
                        "model.safetensors",
                        "tokenizer.json");
        String blob = FakeHub.hash("model.safetensors", WEIGHTS);
        assertThat(Files.readSymbolicLink(snapshot.resolve("model.safetensors")))
                .isEqualTo(Path.of("../../blobs/" + blob));
        assertThat(Files.readSymbolicLink(snapshot.resolve("additional_chat_templates/tool use.jinja"))
                        .toString())
                .startsWith("../../../blobs/");
        assertThat(snapshot.resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
        assertThat(under(repository.resolve("blobs"))).hasSize(5).noneMatch(name -> name.endsWith(".incomplete"));
        assertThat(ModelReference.resolve(Path.of("org/tiny"), cache)).isEqualTo(snapshot);
        assertThat(notes.lines)
                .containsExactly("left out: 3 files, 0.00 MB (pytorch_model.bin, README.md, preprocessor_config.json)");
        FetchListener.State last = notes.states.getLast();
        assertThat(last.done()).isEqualTo(last.total()).isEqualTo(last.received());
    }

    @Test
    void filesInTheCacheAreNotFetchedAgain() throws IOException {
        fetch();
        int before = hub.seen().size();
        Fetch.Plan again = fetch();
        assertThat(hub.seen()).hasSize(before + 1); // the listing
        assertThat(again.files()).allMatch(Fetch.Entry::fetched);
    }

    @Test
    void resumesAfterABrokenConnection() throws IOException {
        hub.next(Mishap.DROP, Mishap.DROP, Mishap.UNAVAILABLE);
        assertThat(fetch().snapshot().resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
        List<Integer> starts = hub.contentRequests().stream()
                .skip(1)
                .map(request -> Integer.parseInt(String.valueOf(request.range()).replaceAll("\\D", "")))
                .toList();
        // Of what was on its way when the connection broke, the client may not have seen the end.
        assertThat(starts).hasSize(3).isSorted();
        assertThat(starts.get(0)).isBetween(1, 150_000);
        assertThat(starts.get(1)).isBetween(starts.get(0) + 1, 225_000);
        assertThat(starts.get(2)).isEqualTo(starts.get(1));
        assertThat(pauses).hasSize(3);
        assertThat(notes.lines.get(1)).matches("model.safetensors: .*; retrying in 1 s");
    }

    @Test
    void resumesAnInterruptedFetch() throws IOException {
        Path partial = leavePartial(100_000, WEIGHTS);
        assertThat(fetch().snapshot().resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
        assertThat(hub.contentRequests().getFirst().range()).isEqualTo("bytes=100000-");
        assertThat(partial).doesNotExist();
        assertThat(notes.states.getLast().received())
                .isEqualTo(notes.states.getLast().total() - 100_000);
    }

    @Test
    void restartsIfTheServerDoesNotSupportRanges() throws IOException {
        leavePartial(100_000, WEIGHTS);
        hub.next(Mishap.IGNORE_RANGE);
        assertThat(fetch().snapshot().resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
        assertThat(hub.contentRequests()).hasSize(1);
    }

    @Test
    void aDamagedPartialDownloadIsFetchedAgainOnce() throws IOException {
        leavePartial(100_000, new byte[WEIGHTS.length]);
        assertThat(fetch().snapshot().resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
        assertThat(hub.contentRequests().stream().map(FakeHub.Seen::range)).containsExactly("bytes=100000-", null);
    }

    @Test
    void aFileWithTheWrongHashIsDeletedAndNotReferenced() throws IOException {
        hub.next(Mishap.WRONG_BYTES);
        assertThatThrownBy(this::fetch)
                .isInstanceOf(FetchFailedException.class)
                .hasMessageStartingWith(
                        "model.safetensors: the download does not have the hub's hash, and was deleted");
        Path repository = cache.folder("org/tiny");
        assertThat(under(repository.resolve("blobs")))
                .noneMatch(name -> name.startsWith(FakeHub.hash("model.safetensors", WEIGHTS)));
        assertThat(repository.resolve("refs/main")).doesNotExist();
        assertThat(ModelReference.resolve(Path.of("org/tiny"), cache)).isEqualTo(Path.of("org/tiny"));
    }

    @Test
    void smallFilesAreVerified() throws IOException {
        fetch();
        Path blob = cache.folder("org/tiny")
                .resolve("blobs")
                .resolve(FakeHub.hash("tokenizer.json", new byte[] {'{', '}'}));
        Files.move(blob, blob.resolveSibling(blob.getFileName() + ".incomplete"));
        Files.writeString(blob.resolveSibling(blob.getFileName() + ".incomplete"), "[]");
        Path snapshot = fetch().snapshot();
        assertThat(snapshot.resolve("tokenizer.json")).hasContent("{}");
    }

    @Test
    void waitsAsLongAsTheHubAsksOtherwiseLongerEachTime() throws IOException {
        hub.next(Mishap.TOO_MANY_REQUESTS, Mishap.UNAVAILABLE, Mishap.UNAVAILABLE);
        fetch();
        assertThat(pauses).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(2), Duration.ofSeconds(4));
        assertThat(notes.lines.get(1)).contains("HTTP 429 (too many requests); retrying in 7 s");
    }

    @Test
    void acceptsADateInRetryAfter() throws IOException {
        hub.retryAfter(ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(30).format(DateTimeFormatter.RFC_1123_DATE_TIME));
        hub.next(Mishap.TOO_MANY_REQUESTS);
        fetch();
        assertThat(pauses.getFirst()).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(30));
    }

    @Test
    void givesUpAfterSixAttemptsAndKeepsThePartialFile() throws IOException {
        hub.next(Mishap.DROP);
        hub.next(Stream.generate(() -> Mishap.UNAVAILABLE).limit(9).toArray(Mishap[]::new));
        assertThatThrownBy(this::fetch)
                .isInstanceOf(FetchFailedException.class)
                .hasMessageContaining("HTTP 503; gave up after 6 attempts")
                .hasMessageEndingWith("run the same command to resume");
        assertThat(BlobDownload.partialBytes(blobOfWeights())).isBetween(1L, 150_000L);
        assertThat(hub.contentRequests()).hasSize(6);
    }

    @Test
    void aStalledConnectionCountsAsBroken() throws IOException {
        hub.next(Mishap.HANG);
        assertThat(fetch(null, Duration.ofMillis(400)).snapshot().resolve("model.safetensors"))
                .hasBinaryContent(WEIGHTS);
        assertThat(hub.contentRequests().get(1).range()).isEqualTo("bytes=150000-");
        assertThat(notes.lines.get(1)).contains("nothing came for");
    }

    @Test
    void aSlowServerIsWaitedFor() throws IOException {
        hub.slow(60); // ten chunks: longer in all than the silence that is allowed
        fetch(null, Duration.ofMillis(400));
        assertThat(hub.contentRequests()).hasSize(1);
        assertThat(notes.states.stream()
                        .map(FetchListener.State::done)
                        .distinct()
                        .count())
                .isGreaterThan(5);
    }

    @Test
    void theTokenIsSentToTheHubButNotToItsStorage() throws IOException {
        hub.requireToken();
        fetch(FakeHub.TOKEN, Duration.ofSeconds(10));
        assertThat(hub.seen()).anyMatch(FakeHub.Seen::storage);
        for (FakeHub.Seen request : hub.seen()) {
            assertThat(request.authorization())
                    .as("%s", request)
                    .isEqualTo(request.storage() ? null : "Bearer " + FakeHub.TOKEN);
        }
    }

    @Test
    void errorsSayWhatToDo() {
        hub.answerWith(401, "RepoNotFound");
        assertRefused(
                null,
                "org/tiny: the hub denies access (HTTP 401); check the spelling, it is ORG/NAME; "
                        + "if it is private or gated, set HF_TOKEN and accept its licence at " + hub.endpoint()
                        + "/org/tiny");
        assertRefused(
                "hf_old",
                "org/tiny: the hub denies access (HTTP 401); check the spelling, it is ORG/NAME; "
                        + "if that is right, HF_TOKEN is wrong, expired or may not read it");
        hub.answerWith(401, "GatedRepo");
        assertRefused(
                null,
                "org/tiny is gated (HTTP 401): accept its licence at " + hub.endpoint() + "/org/tiny and set HF_TOKEN");
        hub.answerWith(403, "GatedRepo");
        assertRefused(
                "hf_x",
                "org/tiny is gated (HTTP 403): accept its licence at " + hub.endpoint()
                        + "/org/tiny with the account that HF_TOKEN belongs to; a fine-grained token must allow it");
        hub.answerWith(404, "RepoNotFound");
        assertRefused(null, "no org/tiny on " + hub.endpoint() + " (HTTP 404); check the spelling, it is ORG/NAME");
        hub.answerWith(404, "RevisionNotFound");
        assertRefused(null, "org/tiny has no revision main; give a branch, a tag or a whole commit");
        assertThat(pauses).isEmpty();
    }

    private void assertRefused(@Nullable String token, String message) {
        assertThatThrownBy(() -> fetch(token, Duration.ofSeconds(10)))
                .isInstanceOf(InputException.class)
                .hasMessage(message);
    }

    @Test
    void aFullDiskIsNoticedBeforeTheFirstByte() {
        assertThatThrownBy(() -> new Fetch(
                                access(null), cache, Duration.ofSeconds(10), retries(), notes, path -> 1_000_000)
                        .run(TINY, List.of(), false))
                .isInstanceOf(InputException.class)
                .hasMessage(cache.root()
                        + ": 0.30 MB are needed and 1.00 MB are free; free some space, or set HF_HOME to a folder"
                        + " on another disk");
        assertThat(hub.contentRequests()).isEmpty();
    }

    /** A limit on the size of files replaces a full disk: the write that exceeds it fails in the same way. */
    @Test
    void aFullDiskDuringTheDownloadIsNotRetriedAndKeepsThePartialFile() throws Exception {
        hub.slow(1); // in pieces
        Process limited = start("sh", "-c", "ulimit -f 200; exec \"$@\"", "sh"); // of 512 bytes
        assertThat(limited.inputReader().lines())
                .anySatisfy(line -> assertThat(line)
                        .contains(BlobDownload.partial(blobOfWeights()) + ": cannot be written (File too large). "
                                + "Partial downloads are kept"));
        assertThat(limited.waitFor()).isNotZero();
        assertThat(hub.contentRequests()).hasSize(1);
        assertThat(cache.folder("org/tiny").resolve("refs/main")).doesNotExist();
        long left = BlobDownload.partialBytes(blobOfWeights());
        assertThat(left).isBetween(1L, 200L * 512);
        assertThat(fetch().snapshot().resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
        assertThat(hub.contentRequests().getLast().range()).isEqualTo("bytes=" + left + "-");
    }

    @Test
    void anUnwritableCacheIsNamed() throws IOException {
        Files.writeString(cache.root(), "a file where the folder should be");
        assertThatThrownBy(this::fetch)
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith(cache.root().toString())
                .hasMessageEndingWith(
                        "cannot be written (Not a directory); set HF_HOME, or HF_HUB_CACHE, to a writable folder");
        assertThat(hub.contentRequests()).isEmpty();
    }

    @Test
    void aDryRunFetchesNothing() throws IOException {
        Fetch.Plan plan = fetcher(null, Duration.ofSeconds(10)).run(TINY, List.of(), true);
        assertThat(plan.files().stream().map(Fetch.Entry::path)).contains("config.json", "model.safetensors");
        assertThat(plan.files()).noneMatch(Fetch.Entry::fetched);
        assertThat(cache.root()).doesNotExist();
    }

    @Test
    void fetchesOnlyIncludedFiles() throws IOException {
        Fetch.Plan plan = fetcher(null, Duration.ofSeconds(10)).run(TINY, List.of("*.jinja", "tok?nizer.json"), false);
        assertThat(under(plan.snapshot()))
                .containsExactly("additional_chat_templates/tool use.jinja", "tokenizer.json");
        assertThatThrownBy(() -> fetcher(null, Duration.ofSeconds(10)).run(TINY, List.of("*.gguf"), false))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith("--include *.gguf: matches no file of org/tiny; it has model.safetensors, ");
    }

    @Test
    void aRevisionHasItsOwnRef() throws IOException {
        ModelReference pinned = ModelReference.parse("org/tiny@refs/pr/1").orElseThrow();
        fetcher(null, Duration.ofSeconds(10)).run(pinned, List.of(), false);
        assertThat(cache.folder("org/tiny").resolve("refs/refs/pr/1")).hasContent(FakeHub.COMMIT);
        assertThat(hub.seen().getFirst().path()).isEqualTo("/api/models/org/tiny/revision/refs%2Fpr%2F1?blobs=true");
        ModelReference commit =
                ModelReference.parse("org/tiny@" + FakeHub.COMMIT).orElseThrow();
        fetcher(null, Duration.ofSeconds(10)).run(commit, List.of(), false);
        assertThat(cache.folder("org/tiny").resolve("refs").resolve(FakeHub.COMMIT))
                .doesNotExist();
    }

    @Test
    void twoFetchesAtOnceShareTheWork() throws Exception {
        hub.slow(30);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Fetch.Plan>> all = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                all.add(threads.submit(() -> fetch()));
            }
            for (Future<Fetch.Plan> one : all) {
                assertThat(one.get().snapshot().resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
            }
        }
        assertThat(hub.contentRequests()).hasSize(1);
    }

    @Test
    void twoProcessesShareTheWork() throws Exception {
        Process first = startAndHold();
        Process second = start();
        assertThat(second.inputReader()
                        .lines()
                        .anyMatch(line -> line.endsWith("another fetch is downloading it; waiting")))
                .isTrue();
        hub.slow(0);
        assertThat(first.waitFor()).isZero();
        assertThat(second.waitFor()).isZero();
        assertThat(hub.contentRequests()).hasSize(1);
        assertThat(ModelReference.resolve(Path.of("org/tiny"), cache).resolve("model.safetensors"))
                .hasBinaryContent(WEIGHTS);
    }

    @Test
    void resumesTheDownloadOfAKilledProcess() throws Exception {
        Process killed = startAndHold();
        killed.destroyForcibly().waitFor();
        long left = BlobDownload.partialBytes(blobOfWeights());
        hub.slow(0);
        assertThat(fetch().snapshot().resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
        assertThat(hub.contentRequests().getLast().range()).isEqualTo("bytes=" + left + "-");
    }

    /** Starts a fetch that receives a part of the weights and then waits for the hub. */
    private Process startAndHold() throws Exception {
        hub.slow(100);
        Process process = start();
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (BlobDownload.partialBytes(blobOfWeights()) == 0) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(20);
        }
        hub.slow(30_000);
        return process;
    }

    /** Starts a fetch in another process, into the same cache. */
    private Process start(String... through) throws IOException {
        List<String> command = new ArrayList<>(List.of(through));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                Fetcher.class.getName()));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("HF_ENDPOINT", hub.endpoint());
        builder.environment().put("HF_HUB_CACHE", cache.root().toString());
        builder.environment().remove("HF_HUB_OFFLINE");
        return builder.redirectErrorStream(true).start();
    }

    /** The main class of the other process. */
    static final class Fetcher {
        public static void main(String[] args) throws Exception {
            FetchListener listener = new FetchListener() {
                @Override
                public void progress(State state) {}

                @Override
                public void note(String line) {
                    System.out.println(line);
                }
            };
            Fetch.of(System.getenv(), listener).run(TINY, List.of(), false);
        }
    }

    @Test
    void repositoriesWithoutSafetensorsAreRefused() throws IOException {
        try (FakeHub pickled = new FakeHub().add("config.json", "{}").add("pytorch_model.bin", new byte[5]);
                FakeHub quantised = new FakeHub().add("config.json", "{}").add("x.gguf", "x");
                FakeHub dataset = new FakeHub().add("data.csv", "a,b")) {
            assertFetchRefused(
                    pickled, "org/tiny has its weights as pytorch_model.bin only; convert them, in Python: ");
            assertFetchRefused(quantised, "org/tiny has no safetensors, only config.json, x.gguf");
            assertFetchRefused(
                    dataset,
                    "org/tiny is not a model that transformers can load: it has no config.json, only data.csv");
        }
    }

    private void assertFetchRefused(FakeHub other, String message) {
        HubAccess access = new HubAccess(other.endpoint(), null);
        assertThatThrownBy(
                        () -> new Fetch(access, cache, Duration.ofSeconds(10), retries(), notes, path -> Long.MAX_VALUE)
                                .run(TINY, List.of(), false))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void aResponseThatPointsOutsideTheCacheIsRefused() {
        hub.add("../../../evil.json", "{}");
        assertThatThrownBy(this::fetch)
                .isInstanceOf(FetchFailedException.class)
                .hasMessageContaining("no usable path, size and hash of \"../../../evil.json\"");
        assertThat(folder.resolve("evil.json")).doesNotExist();
    }

    private Fetch.Plan fetch() throws IOException {
        return fetch(null, Duration.ofSeconds(10));
    }

    private Fetch.Plan fetch(@Nullable String token, Duration timeout) throws IOException {
        return fetcher(token, timeout).run(TINY, List.of(), false);
    }

    private Fetch fetcher(@Nullable String token, Duration timeout) {
        return new Fetch(access(token), cache, timeout, retries(), notes, path -> Long.MAX_VALUE);
    }

    private HubAccess access(@Nullable String token) {
        return new HubAccess(hub.endpoint(), token);
    }

    private Retries retries() {
        return new Retries(6, Duration.ofSeconds(1), Duration.ofMinutes(1), this::pause, notes);
    }

    private synchronized void pause(Duration time) {
        pauses.add(time);
    }

    private Path blobOfWeights() {
        return cache.folder("org/tiny").resolve("blobs").resolve(FakeHub.hash("model.safetensors", WEIGHTS));
    }

    private Path leavePartial(int bytes, byte[] of) throws IOException {
        Path partial = BlobDownload.partial(blobOfWeights());
        Files.createDirectories(partial.getParent());
        Files.write(partial, Arrays.copyOf(of, bytes));
        return partial;
    }

    private static List<String> under(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(Files::isRegularFile)
                    .map(path -> folder.relativize(path).toString())
                    .sorted()
                    .toList();
        }
    }
}
