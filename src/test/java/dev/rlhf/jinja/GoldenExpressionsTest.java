package dev.rlhf.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.base.InputException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every line of tools/templates/expressions.txt gives the result of jinja2, or fails if it fails there. */
class GoldenExpressionsTest {
    private final Map<String, Object> golden = GoldenTemplates.json("expressions.json");

    @TestFactory
    Stream<DynamicTest> expressionsRenderAsInJinja2() {
        return GoldenTemplates.cases(golden).stream()
                .map(one -> DynamicTest.dynamicTest((String) one.get("source"), () -> check(one)));
    }

    private void check(Map<String, Object> one) {
        String ours;
        try {
            ours = "text: "
                    + ChatTemplate.parse("line", (String) one.get("source"))
                            .render(GoldenTemplates.map(golden.get("variables")), GoldenTemplates.clock(golden))
                            .text();
        } catch (InputException e) {
            ours = "error: " + e.getMessage();
        }
        if (one.containsKey("text")) {
            assertThat(ours).isEqualTo("text: " + one.get("text"));
        } else if (one.containsKey("message")) {
            assertThat(ours).isEqualTo("error: line:1: " + one.get("message"));
        } else {
            assertThat(ours).startsWith("error: line:");
        }
    }
}
