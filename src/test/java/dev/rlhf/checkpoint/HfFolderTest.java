package dev.rlhf.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HfFolderTest {
    @TempDir
    Path folder;

    @Test
    void copiesTokenizerTemplatesAndGenerationConfigOnly() throws IOException {
        Path from = Files.createDirectories(folder.resolve("from/additional_chat_templates"))
                .getParent();
        String[] kept = {
            "tokenizer.json",
            "tokenizer.model",
            "vocab.json",
            "merges.txt",
            "chat_template.jinja",
            "chat_template.json",
            "additional_chat_templates/tool_use.jinja",
            "generation_config.json"
        };
        String[] left = {"preprocessor_config.json", "model.safetensors", "README.md", "pytorch_model.bin"};
        for (String[] names : new String[][] {kept, left}) {
            for (String name : names) {
                Files.writeString(from.resolve(name), name);
            }
        }
        assertThat(from.resolve("tokenizer.json").toFile().setReadOnly()).isTrue();
        Path to = folder.resolve("to");
        Path link = Files.createSymbolicLink(folder.resolve("link"), from);
        HfFolder.copyCompanions(link, to);
        for (String name : kept) {
            assertThat(to.resolve(name)).hasContent(name);
        }
        for (String name : left) {
            assertThat(to.resolve(name)).doesNotExist();
        }
        assertThat(Files.getPosixFilePermissions(to.resolve("tokenizer.json")))
                .as("who saves again must be able to")
                .contains(PosixFilePermission.OWNER_WRITE);
        HfFolder.copyCompanions(to, to);
        assertThat(to.resolve("tokenizer.json")).hasContent("tokenizer.json");
    }

    @Test
    void aNewModelGetsAGenerationConfigAndAnExistingOneIsKept() throws IOException {
        ObjectNode config =
                Json.mapper().createObjectNode().put("bos_token_id", 1).put("vocab_size", 9);
        config.putArray("eos_token_id").add(2).add(3);
        HfFolder.writeGenerationConfig(folder, config);
        Path file = folder.resolve("generation_config.json");
        assertThat(Json.mapper().readTree(file.toFile()))
                .isEqualTo(Json.mapper()
                        .readTree("{\"_from_model_config\": true, \"bos_token_id\": 1, \"eos_token_id\": [2, 3]}"));
        Files.writeString(file, "{\"temperature\": 0.6}");
        HfFolder.writeGenerationConfig(folder, config);
        assertThat(file).hasContent("{\"temperature\": 0.6}");
    }
}
