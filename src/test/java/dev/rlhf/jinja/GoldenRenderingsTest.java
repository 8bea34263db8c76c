package dev.rlhf.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.base.InputException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every template of golden/templates renders every conversation as in transformers, including the spans of generation
 * blocks.
 */
class GoldenRenderingsTest {
    private final Map<String, Object> golden = GoldenTemplates.json("renderings.json");
    private final Map<String, Object> conversations = GoldenTemplates.json("conversations.json");

    @Test
    void enoughCasesAreTested() {
        List<Map<String, Object>> cases = GoldenTemplates.cases(golden);
        assertThat(cases).hasSizeGreaterThan(400);
        assertThat(cases.stream().filter(one -> one.containsKey("message"))).hasSizeGreaterThan(50);
        assertThat(cases.stream()
                        .filter(one -> !one.getOrDefault("spans", List.of()).equals(List.of())))
                .hasSizeGreaterThan(30);
    }

    @TestFactory
    Stream<DynamicTest> rendersAsTransformersDoes() {
        return GoldenTemplates.cases(golden).stream()
                .map(one -> DynamicTest.dynamicTest(
                        one.get("template") + ": " + one.get("conversation"), () -> check(one)));
    }

    private void check(Map<String, Object> one) {
        String name = (String) one.get("template");
        ChatTemplate template = ChatTemplate.parse(name, GoldenTemplates.text(name));
        Map<String, Object> variables =
                new LinkedHashMap<>(GoldenTemplates.map(conversations.get((String) one.get("conversation"))));
        // transformers always passes these variables.
        variables.putIfAbsent("tools", null);
        variables.putIfAbsent("documents", null);
        variables.putIfAbsent("add_generation_prompt", false);
        if (one.containsKey("text")) {
            Rendering rendering = template.render(variables, GoldenTemplates.clock(golden));
            assertThat(rendering.text()).isEqualTo(one.get("text"));
            assertThat(rendering.generated().stream()
                            .map(span -> List.of(span.start(), span.end()))
                            .toList())
                    .isEqualTo(one.get("spans"));
            return;
        }
        InputException error = Assertions.catchThrowableOfType(
                InputException.class, () -> template.render(variables, GoldenTemplates.clock(golden)));
        assertThat(error).as("no error, where transformers has " + one).isNotNull();
        assertThat(error.getMessage()).matches("(?s)" + Pattern.quote(name) + ":\\d+: .*");
        if (one.containsKey("message")) {
            assertThat(error.getMessage()).endsWith(": " + one.get("message"));
        }
    }
}
