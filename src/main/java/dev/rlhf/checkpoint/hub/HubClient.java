package dev.rlhf.checkpoint.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A client of the hub's HTTP API for models. It follows redirects itself, because files are stored on other hosts, to
 * which the token must not be sent. Closed by its creator; one thread at a time.
 */
final class HubClient implements AutoCloseable {
    private static final int MAX_REDIRECTS = 10;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Set<Integer> RETRYABLE = Set.of(408, 425, 429, 500, 502, 503, 504);

    private final HubAccess access;
    private final Duration timeout;
    private final HttpClient http;

    /** @param timeout how long the hub may be silent before the connection counts as broken */
    HubClient(HubAccess access, Duration timeout) {
        this.access = access;
        this.timeout = timeout;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout)
                .build();
    }

    /**
     * Lists the files of a model.
     *
     * @throws InputException if the hub has no such model or revision, or denies access
     */
    HubListing list(ModelReference model) throws IOException {
        URI address = URI.create(access.endpoint() + "/api/models/" + model.id() + "/revision/"
                + encode(model.revisionOrMain()) + "?blobs=true");
        HttpResponse<InputStream> response = get(model, address, 0);
        try (InputStream body = new TimeoutStream(response.body(), timeout)) {
            expect(response, 200);
            return HubListing.read(Json.mapper().readTree(body.readAllBytes()));
        } catch (JsonProcessingException e) {
            throw new IOException("the hub's answer is not JSON", e);
        }
    }

    /** @param from the first byte of the body in the file; 0 if the server does not support ranges */
    record Opened(InputStream body, long from) {}

    /** Opens a file at a commit, from byte {@code from} on; the caller closes it. */
    Opened open(ModelReference model, String commit, HubFile file, long from) throws IOException {
        URI address = URI.create(access.endpoint() + "/" + model.id() + "/resolve/" + commit + "/"
                + Stream.of(file.path().split("/")).map(HubClient::encode).collect(Collectors.joining("/")));
        HttpResponse<InputStream> response = get(model, address, from);
        try {
            if (from > 0 && response.statusCode() == 206) {
                String range = response.headers().firstValue("Content-Range").orElse("");
                if (!range.startsWith("bytes " + from + "-")) {
                    throw new IOException("asked for bytes from " + from + " on and got \"" + range + "\"");
                }
                return new Opened(new TimeoutStream(response.body(), timeout), from);
            }
            expect(response, 200);
            return new Opened(new TimeoutStream(response.body(), timeout), 0);
        } catch (IOException | RuntimeException e) {
            response.body().close();
            throw e;
        }
    }

    private HttpResponse<InputStream> get(ModelReference model, URI first, long from) throws IOException {
        URI address = first;
        for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
            HttpResponse<InputStream> response = send(address, from);
            int status = response.statusCode();
            if (!REDIRECTS.contains(status)) {
                refuse(model, response);
                return response;
            }
            response.body().close();
            String location = response.headers()
                    .firstValue("Location")
                    .orElseThrow(() -> new IOException("redirected to nowhere (HTTP " + status + ")"));
            URI next = address.resolve(location);
            if ("https".equalsIgnoreCase(address.getScheme()) && !"https".equalsIgnoreCase(next.getScheme())) {
                throw new FetchFailedException(
                        "the hub redirects to " + next.getHost() + " without encryption; that is not followed");
            }
            address = next;
        }
        throw new FetchFailedException("the hub redirects in circles: " + first);
    }

    private HttpResponse<InputStream> send(URI address, long from) throws IOException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address).timeout(timeout).header("User-Agent", "rlhf");
        if (access.token() != null && access.owns(address)) {
            request.header("Authorization", "Bearer " + access.token());
        }
        if (from > 0) {
            request.header("Range", "bytes=" + from + "-");
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted");
            interrupted.initCause(e);
            throw interrupted;
        } catch (IOException e) {
            String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new IOException("no answer from " + address.getAuthority() + " (" + reason + ")", e);
        }
    }

    /** Throws for a status that means the user's input is wrong, so that retrying is useless. */
    private void refuse(ModelReference model, HttpResponse<InputStream> response) throws IOException {
        int status = response.statusCode();
        if (status != 401 && status != 403 && status != 404) {
            return;
        }
        response.body().close();
        String code = response.headers().firstValue("X-Error-Code").orElse("");
        String name = model.id();
        if (status == 404) {
            throw new InputException(
                    code.equals("RevisionNotFound")
                            ? name + " has no revision " + model.revisionOrMain()
                                    + "; give a branch, a tag or a whole commit"
                            : "no " + name + (model.revision() == null ? "" : " with revision " + model.revision())
                                    + " on " + access.endpoint() + " (HTTP 404); check the spelling, it is ORG/NAME");
        }
        String page = access.page(model);
        if (status == 403 || code.equals("GatedRepo")) {
            throw new InputException(name + " is gated (HTTP " + status + "): accept its licence at " + page
                    + (access.token() == null
                            ? " and set HF_TOKEN"
                            : " with the account that HF_TOKEN belongs to; a fine-grained token must allow it"));
        }
        throw new InputException(name + ": the hub denies access (HTTP 401); check the spelling, it is ORG/NAME; "
                + (access.token() == null
                        ? "if it is private or gated, set HF_TOKEN and accept its licence at " + page
                        : "if that is right, HF_TOKEN is wrong, expired or may not read it"));
    }

    private static void expect(HttpResponse<InputStream> response, int wanted) throws IOException {
        int status = response.statusCode();
        if (status == wanted) {
            return;
        }
        String what = response.uri().getAuthority() + " answers HTTP " + status;
        if (RETRYABLE.contains(status) || status == 416) {
            throw new HubStatusException(
                    status == 429 ? what + " (too many requests)" : what,
                    response.headers()
                            .firstValue("Retry-After")
                            .map(HubClient::wait)
                            .orElse(null));
        }
        throw new FetchFailedException(what);
    }

    /** Parses seconds or a date; null if it is neither. */
    private static @Nullable Duration wait(String retryAfter) {
        try {
            if (retryAfter.matches("\\d{1,9}")) {
                return Duration.ofSeconds(Long.parseLong(retryAfter));
            }
            ZonedDateTime until = ZonedDateTime.parse(retryAfter, DateTimeFormatter.RFC_1123_DATE_TIME);
            Duration wait = Duration.between(ZonedDateTime.now(until.getZone()), until);
            return wait.isNegative() ? Duration.ZERO : wait;
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static String encode(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
