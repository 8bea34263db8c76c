package dev.rlhf.stages.eval;

import dev.rlhf.base.InputException;
import dev.rlhf.data.Document;
import dev.rlhf.data.Located;
import dev.rlhf.data.PromptRow;
import dev.rlhf.data.QuestionRow;
import dev.rlhf.data.Split;
import dev.rlhf.refusal.Answers;
import dev.rlhf.refusal.Knowledge;
import dev.rlhf.refusal.KnowledgeFile;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stages.reward.Preference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The content of the input files. All are read before the first model is opened, so that errors in them are found
 * early.
 */
record EvalInputs(
        Optional<Answers> answers,
        Optional<Answers> unrelated,
        Optional<EvalKnowledge> probed,
        List<Located<PromptRow>> prompts,
        List<Document> documents,
        List<Preference> rankings,
        Predicate<QuestionRow> newWording) {
    static EvalInputs read(EvalOptions options, StageContext context) throws IOException {
        Path prompts = options.samples().prompts();
        List<Located<PromptRow>> rows = prompts == null ? List.of() : PromptRow.readLocated(prompts);
        int most = options.samples().max_prompts() == 0
                ? rows.size()
                : options.samples().max_prompts();
        Optional<Answers> answers = options.judge().answers(context.console());
        Predicate<QuestionRow> newWording =
                row -> options.known().new_wording_splits().contains(row.meta().getOrDefault("split", ""));
        return new EvalInputs(
                answers,
                Optional.ofNullable(options.unrelated_prompts()).map(file -> unrelated(file, options)),
                answers.flatMap(
                        all -> probed(all.questions(), options.known().probed().knowledge(), newWording)),
                EvenSpacing.evenly(rows.size(), most).stream().map(rows::get).toList(),
                documents(options),
                options.rewardModels().rankings() == null
                        ? List.of()
                        : Preference.read(
                                options.rewardModels().rankings(), UnaryOperator.identity(), context.console()),
                newWording);
    }

    private static Answers unrelated(Path file, EvalOptions options) {
        List<QuestionRow> tasks = new ArrayList<>();
        for (Located<PromptRow> located : PromptRow.readLocated(file)) {
            PromptRow row = located.row();
            if (row.messages().size() != 1) {
                throw located.origin().error("several messages; give single prompts");
            }
            tasks.add(row.asQuestion(List.of()));
        }
        return Answers.of(tasks, options.judge().judge());
    }

    private static Optional<EvalKnowledge> probed(
            List<QuestionRow> questions, @Nullable Path knowledge, Predicate<QuestionRow> newWording) {
        if (knowledge == null) {
            return Optional.empty();
        }
        Map<String, Knowledge> decisions = KnowledgeFile.decisions(knowledge);
        Set<String> known = new HashSet<>();
        for (QuestionRow question : questions) {
            Knowledge decision = decisions.get(question.key());
            if (decision == null) {
                throw InputException.at(
                        knowledge,
                        "no decision on question \"" + question.key()
                                + "\"; probe the file that eval asks (questions)");
            }
            if (decision == Knowledge.KNOWN) {
                known.add(question.key());
            }
        }
        return Optional.of(EvalKnowledge.of(questions, known, newWording));
    }

    /** Returns all documents, or a part that was held out in pretraining with {@code split_seed}. */
    private static List<Document> documents(EvalOptions options) {
        Path file = options.texts().documents();
        if (file == null) {
            return List.of();
        }
        List<Document> all = Document.read(file);
        if (options.texts().documents_part().equals("all")) {
            return all;
        }
        Split.Parts<Document> parts = Split.byHash(
                all,
                Document::key,
                Split.Fractions.EIGHTY_TEN_TEN,
                options.texts().split_seed());
        List<Document> part = options.texts().documents_part().equals("test") ? parts.test() : parts.validation();
        if (part.isEmpty()) {
            throw InputException.at(
                    file, "no documents in its " + options.texts().documents_part() + " part");
        }
        return part;
    }
}
