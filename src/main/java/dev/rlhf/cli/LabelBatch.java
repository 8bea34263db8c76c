package dev.rlhf.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.InputException;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.BatchChange;
import dev.rlhf.label.server.AdminJson;
import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code rlhf label batch}: shows and changes the settings of a batch. */
@Command(
        name = "batch",
        description = "Show a batch's settings, after changing those that are given: --paused true, --priority 5 …")
final class LabelBatch extends LabelSubcommand {
    @Mixin
    private final LabelSource source = new LabelSource();

    @Parameters(paramLabel = "NAME", description = "name of the batch")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String name;

    @Mixin
    private final BatchChangeOptions options = new BatchChangeOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        BatchChange change = options.change();
        boolean changes = !change.equals(BatchChange.NONE);
        source.run(
                store -> {
                    if (changes) {
                        store.adminService().change(name, change, Actor.commandLine());
                    }
                    show(AdminJson.batches(store.adminService().batches()));
                },
                client -> show(changes ? client.change(name, change) : client.batches()));
        return ExitCode.DONE;
    }

    private static String limit(JsonNode batch, String setting) {
        return batch.path(setting).isNull() ? "none" : batch.path(setting).asText();
    }

    private void show(JsonNode batches) {
        JsonNode batch = items(batches)
                .filter(one -> one.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow(() -> new InputException("no batch '" + name + "' in the label store; it has "
                        + (batches.isEmpty()
                                ? "none"
                                : items(batches)
                                        .map(one -> one.path("name").asText())
                                        .collect(Collectors.joining(", ")))));
        print("batch '%s': %s, priority %d, overlap %d, %s, gold_rate %s"
                .formatted(
                        name,
                        batch.path("paused").asBoolean() ? "paused" : "open",
                        batch.path("priority").asInt(),
                        batch.path("overlap").asInt(),
                        batch.path("top_k").isNull()
                                ? "all are ranked"
                                : "top_k " + batch.path("top_k").asInt(),
                        batch.path("gold_rate").asDouble()));
        print("max_overlap %s, skip_limit %s, disputed_first %s"
                .formatted(
                        limit(batch, "max_overlap"),
                        limit(batch, "skip_limit"),
                        batch.path("disputed_first").asBoolean()));
        print("strength %s, scores %s, demonstrations %s, flags %s, tags %s"
                .formatted(
                        batch.path("strength").asBoolean(),
                        batch.path("scores").asBoolean(),
                        batch.path("demonstrations").asBoolean(),
                        list(batch.path("flags")),
                        list(batch.path("tags"))));
    }

    private static String list(JsonNode words) {
        return words.isEmpty() ? "none" : items(words).map(JsonNode::asText).collect(Collectors.joining(","));
    }

    private static Stream<JsonNode> items(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
