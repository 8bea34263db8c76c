package dev.rlhf.label.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks the files of strings of the labelers' and the admins' pages. */
class PageStringsTest {
    private static final Pattern KEY = Pattern.compile("(?m)^ *'([^']+)':");

    /** JavaScript takes the last of several strings with the same key and says nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"labeling-ui/strings", "labeling-ui/admin/strings"})
    void noKeyIsGivenTwice(String folder) throws Exception {
        for (String language : List.of("en", "de", "ar")) {
            String file = Files.readString(Path.of(folder, language + ".js"));
            List<String> keys =
                    KEY.matcher(file).results().map(key -> key.group(1)).toList();
            assertThat(keys)
                    .as("%s/%s.js", folder, language)
                    .hasSizeGreaterThan(100)
                    .doesNotHaveDuplicates();
        }
    }
}
