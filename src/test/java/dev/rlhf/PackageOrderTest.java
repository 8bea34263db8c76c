package dev.rlhf;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Packages depend one way: each uses only those above it in this list (docs/explanation/architecture.md). */
class PackageOrderTest {
    private static final List<String> LOW_TO_HIGH = List.of(
            "base",
            "tensor",
            "text",
            "checkpoint",
            "model",
            "generate",
            "data",
            "rl",
            "train",
            "label",
            "refusal",
            "report",
            "stage",
            "recipe",
            "cli");

    private static JavaClasses classes;

    @BeforeAll
    static void read() {
        classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.rlhf");
    }

    @Test
    void noPackageUsesOneBelowIt() {
        for (int i = 0; i < LOW_TO_HIGH.size(); i++) {
            for (String later : LOW_TO_HIGH.subList(i + 1, LOW_TO_HIGH.size())) {
                none(LOW_TO_HIGH.get(i), "dev.rlhf." + later + "..");
            }
        }
    }

    @Test
    void whatKnowsNothingOfWhat() {
        for (String other : List.of("tensor", "checkpoint", "model")) {
            none("label", "dev.rlhf." + other + "..");
        }
        none("refusal", "dev.rlhf.label..");
        none("rl", "java.io..");
        none("text.jinja", "dev.rlhf.text");
    }

    @Test
    void onlyTensorKnowsTheEngine() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.rlhf.tensor..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.djl.pytorch..")
                .check(classes);
    }

    @Test
    void internalsStayInTheirPackage() {
        for (String name : LOW_TO_HIGH) {
            noClasses()
                    .that()
                    .resideOutsideOfPackage("dev.rlhf." + name + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("dev.rlhf." + name + ".internal..")
                    .allowEmptyShould(true)
                    .check(classes);
        }
    }

    private static void none(String from, String to) {
        noClasses()
                .that()
                .resideInAPackage("dev.rlhf." + from + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(to)
                .allowEmptyShould(true)
                .check(classes);
    }
}
