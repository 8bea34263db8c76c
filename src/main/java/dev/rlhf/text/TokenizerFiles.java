package dev.rlhf.text;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.AtomicFiles;
import dev.rlhf.base.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The files of a newly trained tokenizer, in Hugging Face's format: {@code tokenizer.json}, {@code
 * tokenizer_config.json} and {@code special_tokens_map.json}.
 */
public final class TokenizerFiles {
    /** The template of {@link ChatMl}. */
    static final String CHATML = """
            {% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}\
            {% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}""";

    private final ObjectNode tokenizer;
    private final ObjectNode config;
    private final ObjectNode specialTokens;

    /** @param parts pre_tokenizer, post_processor, decoder and model of {@code tokenizer.json} */
    TokenizerFiles(Map<String, Integer> specials, Map<String, ObjectNode> parts) {
        tokenizer = Json.mapper().createObjectNode();
        tokenizer.put("version", "1.0").putNull("truncation").putNull("padding");
        ArrayNode added = tokenizer.putArray("added_tokens");
        specials.forEach((token, id) -> added.addObject()
                .put("id", id)
                .put("content", token)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", true));
        tokenizer.putNull("normalizer");
        for (String part : List.of("pre_tokenizer", "post_processor", "decoder", "model")) {
            tokenizer.set(part, parts.get(part));
        }
        config = Json.mapper().createObjectNode();
        specialTokens = Json.mapper().createObjectNode();
        config.put("tokenizer_class", "PreTrainedTokenizerFast").put("clean_up_tokenization_spaces", false);
        config.putArray("model_input_names").add("input_ids").add("attention_mask"); // no model takes token_type_ids
        if (!specials.isEmpty()) {
            for (ObjectNode file : List.of(config, specialTokens)) {
                file.put("eos_token", SpecialTokens.IM_END).put("pad_token", SpecialTokens.END_OF_TEXT);
                file.putArray("additional_special_tokens").add(SpecialTokens.IM_START);
            }
            config.put("chat_template", CHATML);
        }
    }

    /** Writes the three files into {@code folder}, which is created if needed. */
    public void save(Path folder) throws IOException {
        write(folder.resolve("tokenizer.json"), tokenizer);
        write(folder.resolve("tokenizer_config.json"), config);
        write(folder.resolve("special_tokens_map.json"), specialTokens);
    }

    private static void write(Path file, ObjectNode json) throws IOException {
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter().withArrayIndenter(new DefaultIndenter("  ", "\n"));
        AtomicFiles.writeString(file, Json.mapper().writer(printer).writeValueAsString(json) + "\n");
    }
}
