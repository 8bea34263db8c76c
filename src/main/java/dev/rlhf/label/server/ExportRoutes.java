package dev.rlhf.label.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.AtomicFiles;
import dev.rlhf.base.InputException;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.ExportFilter;
import dev.rlhf.label.files.ExportFormat;
import dev.rlhf.label.files.JsonObject;
import dev.rlhf.label.store.LabelStore;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Route for admins: downloading labels while labelers work. */
final class ExportRoutes {
    /** Header with the number of tasks, rankings and rows, as JSON. */
    private static final String SUMMARY = "X-Export";

    private final LabelStore store;
    private final RequestAuthorizer authorizer;

    ExportRoutes(LabelStore store, RequestAuthorizer authorizer) {
        this.store = store;
        this.authorizer = authorizer;
    }

    void addTo(RoutesConfig routes) {
        routes.post("/api/admin/export", this::export);
    }

    /** Writes a temporary file and sends it. If labels are closed, they are closed before anything is sent. */
    private void export(Context context) throws IOException {
        JsonObject body = Requests.body(context);
        body.allow("format", "gzip", "close", "batch", "guideline", "since", "until", "labeler", "min_overlap");
        ExportFormat format = ExportFormat.of(Objects.requireNonNullElse(body.textOrNull("format"), "rankings"));
        boolean gzip = body.flag("gzip");
        ExportFilter filter = new ExportFilter(
                body.textOrNull("batch"),
                body.textOrNull("guideline"),
                ExportFilter.time("since", body.textOrNull("since")),
                ExportFilter.time("until", body.textOrNull("until")),
                body.textOrNull("labeler"),
                Objects.requireNonNullElse(body.intOrNull("min_overlap"), 0));
        Path folder = Files.createTempDirectory("rlhf-export");
        Path file = folder.resolve("labels" + format.suffix() + (gzip ? ".gz" : ""));
        try {
            ObjectNode summary = written(format, filter, body.flag("close"), authorizer.admin(context), file);
            context.contentType(
                            gzip
                                    ? "application/gzip"
                                    : format == ExportFormat.CSV ? "text/csv; charset=utf-8" : "application/jsonl")
                    .header(SUMMARY, summary.toString()) // no Content-Length: browsers get it compressed
                    .header("Content-Disposition", "attachment; filename=\"" + file.getFileName() + "\"");
            try (InputStream stream = Files.newInputStream(file)) {
                stream.transferTo(context.outputStream());
            }
        } finally {
            AtomicFiles.deleteTree(folder);
        }
    }

    private ObjectNode written(ExportFormat format, ExportFilter filter, boolean close, Actor by, Path file)
            throws IOException {
        try {
            return LabelExports.write(store, format, filter, close, by, file);
        } catch (InputException e) {
            // Messages do not mention the temporary file.
            throw new InputException(String.valueOf(e.getMessage()).replace(" to " + file, ""), e);
        }
    }
}
