package dev.rlhf.label.server;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.ExportFilter;
import dev.rlhf.label.api.ExportResult;
import dev.rlhf.label.files.ExportFormat;
import dev.rlhf.label.judging.JudgingExport;
import dev.rlhf.label.judging.JudgingFile;
import dev.rlhf.label.store.LabelStore;
import java.io.IOException;
import java.nio.file.Path;

/** Exports labels of a store to a file. */
public final class LabelExports {
    private LabelExports() {}

    /**
     * Exports labels, closes them if asked to, and writes the file.
     *
     * @return the numbers of tasks, labels and rows
     * @throws dev.rlhf.base.InputException if the filter names something that does not exist, or there is nothing to
     *     write
     */
    public static ObjectNode write(
            LabelStore store, ExportFormat format, ExportFilter filter, boolean close, Actor by, Path file)
            throws IOException {
        if (format == ExportFormat.VERDICTS) {
            JudgingExport exported = store.labelerService().exportVerdicts(filter, close, by);
            return counts(
                    exported.tasks().size(),
                    exported.verdicts(),
                    exported.tasksLeftOut(),
                    exported.verdictsLeftOut(),
                    JudgingFile.write(file, exported.tasks()));
        }
        ExportResult exported = store.labelerService().export(filter, close, by);
        return counts(
                exported.tasks().size(),
                exported.rankings(),
                exported.tasksLeftOut(),
                exported.rankingsLeftOut(),
                format.write(file, exported.tasks()));
    }

    private static ObjectNode counts(
            int tasks, int labels, int tasksLeftOut, int labelsLeftOut, ExportFormat.Written written) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("tasks", tasks)
                .put("rankings", labels)
                .put("rows", written.rows())
                .put("unit", written.unit())
                .put("tasks_left_out", tasksLeftOut)
                .put("rankings_left_out", labelsLeftOut);
        ObjectNode left = node.putObject("left_out");
        written.leftOut().forEach(left::put);
        return node;
    }
}
