package dev.rlhf.checkpoint.hub;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.rlhf.base.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A hub with one repository: the API on one port, large files redirected to another port, as the real one redirects to
 * its storage. Failures are queued with {@link #next}. Closed by its creator.
 */
public final class FakeHub implements AutoCloseable {
    public static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
    static final String TOKEN = "hf_secret";

    /** The outcome of a request for the content of a large file. */
    enum Mishap {
        /** The connection breaks in the middle of the rest. */
        DROP,
        /** Half of the rest arrives, then nothing more, and the connection stays open. */
        HANG,
        IGNORE_RANGE,
        WRONG_BYTES,
        UNAVAILABLE,
        TOO_MANY_REQUESTS
    }

    /** A request. */
    record Seen(
            boolean storage,
            String path,
            @Nullable String authorization,
            @Nullable String range) {}

    private final HttpServer hub;
    private final HttpServer storage;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final ConcurrentLinkedDeque<Mishap> mishaps = new ConcurrentLinkedDeque<>();
    private final ConcurrentLinkedQueue<Seen> seen = new ConcurrentLinkedQueue<>();
    private volatile int status = 200;
    private volatile String errorCode = "";
    private volatile boolean needsToken;
    private volatile String retryAfter = "7";
    private volatile long millisPerChunk;

    public FakeHub() throws IOException {
        hub = start();
        storage = start();
        hub.createContext("/api/models/", exchange -> answer(exchange, this::list));
        hub.createContext("/org/tiny/resolve/", exchange -> answer(exchange, this::resolve));
        storage.createContext(
                "/",
                exchange -> answer(
                        exchange, e -> content(e, e.getRequestURI().getPath().substring(1))));
    }

    private HttpServer start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
        return server;
    }

    public String endpoint() {
        return address(hub);
    }

    private static String address(HttpServer server) {
        return "http://localhost:" + server.getAddress().getPort();
    }

    public FakeHub add(String path, byte[] content) {
        files.put(path, content);
        return this;
    }

    public FakeHub add(String path, String content) {
        return add(path, content.getBytes(StandardCharsets.UTF_8));
    }

    /** Sets the outcomes of the next requests for the content of large files, one each. */
    void next(Mishap... all) {
        mishaps.addAll(List.of(all));
    }

    /** Sets the answer to every further API request. */
    public void answerWith(int newStatus, String newErrorCode) {
        status = newStatus;
        errorCode = newErrorCode;
    }

    void requireToken() {
        needsToken = true;
    }

    void retryAfter(String value) {
        retryAfter = value;
    }

    void slow(long newMillisPerChunk) {
        millisPerChunk = newMillisPerChunk;
    }

    List<Seen> seen() {
        return List.copyOf(seen);
    }

    /** Returns the requests for the content of large files. */
    List<Seen> contentRequests() {
        return seen.stream().filter(Seen::storage).toList();
    }

    static boolean isLarge(String path) {
        return path.endsWith(".safetensors") || path.endsWith(".bin");
    }

    static String hash(String path, byte[] content) {
        try {
            if (isLarge(path)) {
                return HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(content));
            }
            MessageDigest git = MessageDigest.getInstance("SHA-1");
            git.update(("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(git.digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private interface Handler {
        void handle(HttpExchange exchange) throws IOException;
    }

    private void answer(HttpExchange exchange, Handler handler) throws IOException {
        Headers headers = exchange.getRequestHeaders();
        seen.add(new Seen(
                exchange.getLocalAddress().getPort() == storage.getAddress().getPort(),
                exchange.getRequestURI().toString(),
                headers.getFirst("Authorization"),
                headers.getFirst("Range")));
        try (exchange) {
            handler.handle(exchange);
        }
    }

    private boolean refused(HttpExchange exchange) throws IOException {
        boolean unknown = needsToken
                && !("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"));
        int answer = unknown ? 401 : status;
        if (answer == 200) {
            return false;
        }
        if (!errorCode.isEmpty()) {
            exchange.getResponseHeaders().set("X-Error-Code", errorCode);
        }
        exchange.sendResponseHeaders(answer, -1);
        return true;
    }

    private void list(HttpExchange exchange) throws IOException {
        if (refused(exchange)) {
            return;
        }
        ObjectNode json = Json.mapper().createObjectNode().put("id", "org/tiny").put("sha", COMMIT);
        ArrayNode siblings = json.putArray("siblings");
        files.forEach((path, content) -> {
            ObjectNode sibling = siblings.addObject().put("rfilename", path).put("size", content.length);
            if (isLarge(path)) {
                sibling.put("blobId", "f".repeat(40));
                sibling.putObject("lfs").put("sha256", hash(path, content)).put("size", content.length);
            } else {
                sibling.put("blobId", hash(path, content));
            }
        });
        byte[] body = Json.mapper().writeValueAsBytes(json);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
    }

    private void resolve(HttpExchange exchange) throws IOException {
        if (refused(exchange)) {
            return;
        }
        String path = exchange.getRequestURI().getPath().substring(("/org/tiny/resolve/" + COMMIT + "/").length());
        byte[] content = files.get(path);
        if (content == null) {
            exchange.sendResponseHeaders(404, -1);
        } else if (isLarge(path)) {
            exchange.getResponseHeaders().set("Location", address(storage) + "/" + path + "?signature=x");
            exchange.sendResponseHeaders(302, -1);
        } else {
            exchange.sendResponseHeaders(200, content.length == 0 ? -1 : content.length);
            exchange.getResponseBody().write(content);
        }
    }

    private void content(HttpExchange exchange, String path) throws IOException {
        byte[] content = files.get(path).clone();
        Mishap mishap = mishaps.poll();
        if (mishap == Mishap.UNAVAILABLE || mishap == Mishap.TOO_MANY_REQUESTS) {
            if (mishap == Mishap.TOO_MANY_REQUESTS) {
                exchange.getResponseHeaders().set("Retry-After", retryAfter);
            }
            exchange.sendResponseHeaders(mishap == Mishap.UNAVAILABLE ? 503 : 429, -1);
            return;
        }
        if (mishap == Mishap.WRONG_BYTES) {
            content[content.length - 1] ^= 1;
        }
        String range = exchange.getRequestHeaders().getFirst("Range");
        int from = 0;
        if (range != null && mishap != Mishap.IGNORE_RANGE) {
            from = Integer.parseInt(range.replaceAll("\\D", ""));
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
        boolean half = mishap == Mishap.DROP || mishap == Mishap.HANG;
        int end = half ? from + (content.length - from) / 2 : content.length;
        send(exchange.getResponseBody(), content, from, end);
        if (mishap == Mishap.HANG) {
            sleep(5000);
        }
    }

    private void send(OutputStream body, byte[] content, int from, int end) throws IOException {
        int chunk = millisPerChunk > 0 ? Math.max(1, content.length / 10) : content.length;
        for (int at = from; at < end; at += chunk) {
            for (long waited = 0; waited < millisPerChunk; waited += 10) { // which may be lowered meanwhile
                sleep(10);
            }
            body.write(content, at, Math.min(chunk, end - at));
            body.flush();
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        hub.stop(0);
        storage.stop(0);
    }
}
