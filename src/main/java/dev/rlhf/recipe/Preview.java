package dev.rlhf.recipe;

import dev.rlhf.recipe.Fingerprint.Cause;
import dev.rlhf.recipe.Fingerprint.Difference;
import dev.rlhf.recipe.StageRunner.Again;
import dev.rlhf.report.console.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Says what a run of a recipe would do with each stage, without doing it. */
final class Preview {
    private final Versions versions;
    private final List<StageFiles> willBeMade = new ArrayList<>();

    private Preview(Versions versions) {
        this.versions = versions;
    }

    /** Returns a table with a row per stage: its name, what would happen, its folder. */
    static Table of(Recipe recipe, Function<StageRecipe<?>, Again> again, Versions versions) throws IOException {
        Preview preview = new Preview(versions);
        Table table = new Table("stage", "would", "folder");
        for (StageRecipe<?> stage : recipe.stages()) {
            table.row(
                    stage.name(),
                    preview.action(stage, again.apply(stage)),
                    stage.outputDir().map(Path::toString).orElse(""));
        }
        return table;
    }

    private String action(StageRecipe<?> stage, Again again) throws IOException {
        if (stage.outputDir().isEmpty()) {
            return runs(stage, "run");
        }
        RunFolder folder = new RunFolder(stage.outputDir().get());
        boolean done = folder.done().isPresent();
        if (folder.earlier().isEmpty() || !folder.holdsResults()) {
            return runs(stage, "run");
        }
        if (again == Again.ALWAYS) {
            return runs(stage, again("--redo"));
        }
        if (again == Again.NEVER && done) {
            return "be kept: people are labelling its results";
        }
        if (stage.readsFrom(willBeMade)) {
            return runs(stage, again("if an earlier stage has other results"));
        }
        List<Difference> differences =
                new EarlierRun(stage, folder, Fingerprint.of(stage), versions.build()).differences();
        if (differences.isEmpty()) {
            return done ? "be skipped: done" : runs(stage, "resume");
        }
        boolean another = differences.stream().anyMatch(difference -> difference.cause() != Cause.ADJUSTMENT);
        String why = EarlierRun.text(differences);
        return runs(stage, another ? again(why) : "continue with " + why);
    }

    private static String again(String why) {
        return "run again, the earlier run kept aside (" + why + ")";
    }

    private String runs(StageRecipe<?> stage, String how) {
        willBeMade.addAll(StageFiles.of(stage));
        return how;
    }
}
