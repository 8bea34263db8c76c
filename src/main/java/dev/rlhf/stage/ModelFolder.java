package dev.rlhf.stage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.AtomicFiles;
import dev.rlhf.base.Json;
import dev.rlhf.checkpoint.HfFolder;
import dev.rlhf.model.CausalLm;
import dev.rlhf.tensor.Dtype;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code OUTPUT/model}: what a stage leaves for the next one and for transformers. */
final class ModelFolder {
    private ModelFolder() {}

    /**
     * Writes a language model, whole or not at all.
     *
     * @param companions the folder whose tokenizer files come along
     */
    static Path save(Path outputDir, CausalLm model, Path companions) throws IOException {
        Path target = outputDir.resolve("model");
        AtomicFiles.writeFolder(target, folder -> {
            model.write(folder, Dtype.FLOAT32);
            HfFolder.copyCompanions(companions, folder);
            if (!Files.exists(folder.resolve("generation_config.json"))) {
                ObjectNode generation = Json.mapper().createObjectNode();
                for (String key : new String[] {"bos_token_id", "eos_token_id", "pad_token_id"}) {
                    if (model.config().json().hasNonNull(key)) {
                        generation.set(key, model.config().json().get(key));
                    }
                }
                Json.mapper()
                        .writeValue(folder.resolve("generation_config.json").toFile(), generation);
            }
        });
        return target;
    }
}
