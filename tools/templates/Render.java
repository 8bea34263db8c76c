import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rlhf.base.InputException;
import dev.rlhf.jinja.ChatTemplate;
import dev.rlhf.jinja.Rendering;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/**
 * Renders templates for compare.py: reads lines of JSON {@code {"name", "source", "variables", "now"}}, and writes lines {@code {"text", "spans"}} or
 * {@code {"error"}}.
 */
class Render {
    public static void main(String[] args) throws Exception {
        ObjectMapper json = new ObjectMapper();
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.println(json.writeValueAsString(answer(json.readValue(line, Map.class))));
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> answer(Map<String, Object> request) {
        try {
            Clock clock = Clock.fixed(LocalDateTime.parse((String) request.get("now")).toInstant(ZoneOffset.UTC), ZoneOffset.UTC);
            Rendering rendering = ChatTemplate.parse((String) request.get("name"), (String) request.get("source"))
                    .render((Map<String, Object>) request.get("variables"), clock);
            return Map.of(
                    "text", rendering.text(),
                    "spans", rendering.generated().stream().map(span -> List.of(span.start(), span.end())).toList());
        } catch (InputException e) {
            return Map.of("error", e.getMessage());
        }
    }
}
