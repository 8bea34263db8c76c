package dev.rlhf.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The page on models names every family that can be loaded. */
class FamiliesDocsTest {
    @Test
    void thePageOnModelsNamesEveryFamily() throws IOException {
        String page = Files.readString(Path.of("docs/reference/models.md"));

        assertThat(Families.types()).isNotEmpty().allSatisfy(type -> assertThat(page)
                .contains("`" + type + "`"));
    }
}
