package dev.rlhf.stages.rank;

import dev.rlhf.base.CounterRng;
import dev.rlhf.base.InputException;
import dev.rlhf.data.PromptRow;
import dev.rlhf.generate.GeneratedCompletion;
import dev.rlhf.inference.LanguageModel;
import dev.rlhf.label.Completion;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import dev.rlhf.text.Message;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The completions of each prompt that are to be ranked, from models and from files. Not thread-safe. */
final class CandidateCompletions {
    /** Random stream for the choice of a written completion. */
    private static final long WRITTEN = 0x5752_4954L;

    private final List<PromptRow> prompts;
    private final List<List<Candidate>> byPrompt = new ArrayList<>();

    CandidateCompletions(List<PromptRow> prompts) {
        this.prompts = prompts;
        prompts.forEach(_ -> byPrompt.add(new ArrayList<>()));
    }

    /** A completion and its source. */
    private record Candidate(String text, String model, boolean ended) {}

    /** Adds a model's completions of each prompt. */
    void add(LanguageModel model, Path folder, List<List<GeneratedCompletion>> completions) {
        for (int row = 0; row < prompts.size(); row++) {
            for (GeneratedCompletion completion : completions.get(row)) {
                byPrompt.get(row).add(new Candidate(model.text(completion), folder.toString(), completion.stopped()));
            }
        }
    }

    /** Adds one of the written completions to each prompt, drawn at random. */
    void addWritten(Path file, List<String> written, long seed) {
        for (int row = 0; row < prompts.size(); row++) {
            int drawn = (int) (CounterRng.uniform(seed, WRITTEN, row) * written.size());
            byPrompt.get(row).add(new Candidate(written.get(drawn), file.toString(), true));
        }
    }

    /**
     * Adds the first accepted answer of each row, unless a completion has the same text. Answers get a full stop if
     * most completions end with one, because the reward model would otherwise learn to recognise them by the missing
     * one.
     */
    void addAnswers(Path file, PrintStream console) {
        List<Candidate> all = byPrompt.stream().flatMap(List::stream).toList();
        boolean stop = 2 * all.stream().filter(c -> c.text().endsWith(".")).count() > all.size();
        int added = 0;
        int unanswerable = 0;
        for (int row = 0; row < prompts.size(); row++) {
            List<String> answers = Objects.requireNonNull(prompts.get(row).answers());
            if (answers.isEmpty()) {
                unanswerable++;
                continue;
            }
            String answer = answers.getFirst() + (stop && !answers.getFirst().endsWith(".") ? "." : "");
            if (byPrompt.get(row).stream().noneMatch(c -> c.text().equals(answer))) {
                byPrompt.get(row).add(new Candidate(answer, file.toString(), true));
                added++;
            }
        }
        console.printf(
                "added a right answer to %d of %d prompts; %d have it among their completions, %d have none%n",
                added, prompts.size(), prompts.size() - added - unanswerable, unanswerable);
    }

    /** Returns the number of all completions. */
    int count() {
        return byPrompt.stream().mapToInt(List::size).sum();
    }

    /** Returns the number of completions that were cut at the length limit. */
    long cut() {
        return byPrompt.stream()
                .flatMap(List::stream)
                .filter(candidate -> !candidate.ended())
                .count();
    }

    /**
     * Returns a task for each prompt whose completions are not all the same.
     *
     * @param ids the tasks' ids, by prompt
     * @throws InputException if there is none
     */
    List<RankedTask> tasks(List<String> ids) {
        List<RankedTask> tasks = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            if (byPrompt.get(i).stream().map(Candidate::text).distinct().count() > 1) {
                tasks.add(task(ids.get(i), prompts.get(i), byPrompt.get(i)));
            }
        }
        if (tasks.isEmpty()) {
            throw new InputException(
                    "every prompt's completions are all the same, so there is nothing to rank; raise temperature");
        }
        return tasks;
    }

    private static RankedTask task(String id, PromptRow row, List<Candidate> candidates) {
        List<Message> messages = row.messages();
        boolean plain = messages.size() == 1 && messages.getFirst().role().equals("user");
        List<Completion> completions = new ArrayList<>();
        for (Candidate candidate : candidates) {
            completions.add(new Completion(
                    String.valueOf(completions.size() + 1), candidate.text(), candidate.model(), candidate.ended()));
        }
        return new RankedTask(id, new Prompt(messages, plain), completions, List.of());
    }
}
