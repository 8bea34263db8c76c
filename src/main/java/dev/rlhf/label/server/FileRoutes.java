package dev.rlhf.label.server;

import static dev.rlhf.label.server.Requests.object;
import static dev.rlhf.label.server.Requests.reply;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.AtomicFiles;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.label.api.BatchChange;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.api.ImportResult;
import dev.rlhf.label.files.Fields;
import dev.rlhf.label.files.ForeignFormat;
import dev.rlhf.label.files.ForeignLabels;
import dev.rlhf.label.files.JsonObject;
import dev.rlhf.label.judging.JudgingFile;
import dev.rlhf.label.learning.SecondOpinion;
import dev.rlhf.label.learning.SecondOpinionFile;
import dev.rlhf.label.store.LabelStore;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Routes for admins: importing an uploaded file, and downloading a backup. Each uses a temporary folder that is deleted
 * afterwards.
 */
final class FileRoutes {
    /** The path whose request body is a file and not JSON. */
    static final String IMPORT = "/api/admin/import";

    /** Largest file, in bytes. */
    static final long LIMIT = 256 << 20;

    private static final long REST = 16 << 20;

    private static final Pattern ENDING = Pattern.compile("(?i)\\.(jsonl|json)(\\.gz)?$");

    private final LabelStore store;
    private final RequestAuthorizer authorizer;

    FileRoutes(LabelStore store, RequestAuthorizer authorizer) {
        this.store = store;
        this.authorizer = authorizer;
    }

    void addTo(RoutesConfig routes) {
        routes.post(IMPORT, this::upload);
        routes.after(IMPORT, FileRoutes::readRest);
        routes.post("/api/admin/backup", this::backup);
    }

    private void upload(Context context) throws IOException {
        String name = parameter(context, "file", "the upload");
        Matcher ending = ENDING.matcher(name);
        if (!ending.find()) {
            throw new InputException(name + ": a file to import is .jsonl or .json, also with .gz");
        }
        ImportOptions options =
                new ImportOptions(parameter(context, "batch", ImportOptions.DEFAULT_BATCH), settings(context));
        Path folder = Files.createTempDirectory("rlhf-import");
        Path file = folder.resolve("upload" + ending.group().toLowerCase(Locale.ROOT));
        try {
            receive(context, file);
            load(context, file, options);
        } catch (InputException e) {
            // Messages name the file as on the admin's disk, not the temporary file.
            throw new InputException(String.valueOf(e.getMessage()).replace(file.toString(), name), e);
        } finally {
            AtomicFiles.deleteTree(folder);
        }
    }

    /**
     * Reads the rest of a refused upload, up to {@link #REST} bytes. Otherwise the connection would be closed while the
     * client is writing, and the client would see a broken connection instead of the response.
     */
    private static void readRest(Context context) throws IOException {
        InputStream body = context.bodyInputStream();
        byte[] buffer = new byte[1 << 16];
        long left = REST;
        for (int read = 0; read >= 0 && left > 0; left -= read) {
            read = body.read(buffer);
        }
    }

    private void load(Context context, Path file, ImportOptions options) throws IOException {
        String format = parameter(context, "format", "rankings");
        ImportResult result;
        SortedMap<String, Integer> leftOut = new TreeMap<>();
        if (format.equals("rankings")) {
            result = store.importFile(file, options, authorizer.admin(context));
        } else if (format.equals("second_opinion")) {
            List<SecondOpinion> opinions = SecondOpinionFile.read(file);
            store.importSecondOpinions(opinions, options, authorizer.admin(context));
            result = new ImportResult(0, opinions.size(), 0, 0, 0, 0);
        } else if (format.equals("judging")) {
            JudgingFile.Content content = JudgingFile.read(file);
            leftOut.putAll(content.leftOut());
            result = store.importJudging(content.tasks(), options, authorizer.admin(context));
        } else {
            ForeignLabels labels = ForeignFormat.of(format).read(file, fields(context));
            leftOut.putAll(labels.leftOut());
            result = store.importTasks(labels.tasks(), options, authorizer.admin(context));
        }
        ObjectNode answer = object().put("batch", options.batch())
                .put("new_tasks", result.newTasks())
                .put("known_tasks", result.knownTasks())
                .put("new_rankings", result.newRankings())
                .put("known_rankings", result.knownRankings())
                .put("new_skips", result.newSkips())
                .put("known_skips", result.knownSkips());
        ObjectNode left = answer.putObject("left_out");
        leftOut.forEach(left::put);
        reply(context, answer);
    }

    private void backup(Context context) throws IOException {
        Path folder = Files.createTempDirectory("rlhf-backup");
        try {
            Path file = folder.resolve("backup.zip");
            store.adminService().backup(file, authorizer.admin(context));
            context.contentType("application/zip")
                    .header("Content-Length", String.valueOf(Files.size(file)))
                    .header("Content-Disposition", "attachment; filename=\"labels-backup.zip\"");
            try (InputStream stream = Files.newInputStream(file)) {
                stream.transferTo(context.outputStream());
            }
        } finally {
            AtomicFiles.deleteTree(folder);
        }
    }

    /** Streams the body to a file, so that it may be larger than other requests and is never in memory as a whole. */
    private static void receive(Context context, Path file) throws IOException {
        InputStream body = context.bodyInputStream(); // not closed: a refused upload is read to its end
        try (OutputStream out = Files.newOutputStream(file)) {
            byte[] buffer = new byte[1 << 16];
            long size = 0;
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                size += read;
                if (size > LIMIT) {
                    throw new HttpResponseException(413);
                }
                out.write(buffer, 0, read);
            }
        }
    }

    private static Fields fields(Context context) {
        String completions = parameter(context, "completion_fields", "");
        return new Fields(
                parameter(context, "prompt_field", Fields.DEFAULT.prompt()),
                completions.isEmpty()
                        ? List.of()
                        : Arrays.stream(completions.split(",", -1))
                                .map(String::strip)
                                .toList());
    }

    /** Returns the batch's settings: a JSON object in {@code settings}, or {@code overlap} alone. */
    private static BatchChange settings(Context context) {
        String overlap = parameter(context, "overlap", "");
        String settings = parameter(context, "settings", "");
        if (settings.isEmpty()) {
            return overlap.isEmpty() ? BatchChange.NONE : BatchChange.overlap(number(overlap));
        }
        try {
            JsonObject object = JsonObject.of(Json.mapper().readTree(settings), "settings");
            object.allow(AdminRoutes.SETTINGS.toArray(String[]::new));
            return AdminRoutes.settings(object);
        } catch (JsonProcessingException e) {
            throw new InputException("settings is not JSON", e);
        }
    }

    private static int number(String overlap) {
        if (!overlap.matches("[0-9]{1,4}")) {
            throw new InputException("overlap is '" + overlap + "'; it is 1 to 1000");
        }
        return Integer.parseInt(overlap);
    }

    private static String parameter(Context context, String name, String otherwise) {
        @Nullable String value = context.queryParam(name);
        return value == null || value.isBlank() ? otherwise : value;
    }
}
