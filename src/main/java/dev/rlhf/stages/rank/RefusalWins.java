package dev.rlhf.stages.rank;

import dev.rlhf.data.QuestionRow;
import dev.rlhf.data.Verdict;
import dev.rlhf.label.Label;
import dev.rlhf.label.RankedTask;
import dev.rlhf.refusal.Answers;
import dev.rlhf.refusal.judge.AnswerJudge;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Counts the rankings in which a refusal has the first place, alone or shared. Only tasks with a refusal and another
 * completion count and, if questions are given, no tasks of a question without an answer.
 *
 * @param wins rankings with a refusal in the first place
 * @param rankings all rankings that count
 */
record RefusalWins(long wins, long rankings) {
    /** Above this share, a reward model learns that refusing is always best. */
    private static final double TOO_MANY = 0.9;

    static RefusalWins of(List<RankedTask> tasks, AnswerJudge judge, Optional<Answers> questions) {
        long wins = 0;
        long rankings = 0;
        for (RankedTask task : tasks) {
            String prompt = task.prompt().messages().getLast().content();
            Optional<QuestionRow> question =
                    questions.flatMap(all -> all.find(task.id()).or(() -> all.find(prompt)));
            if (question.isPresent() && question.get().answers().isEmpty()) {
                continue;
            }
            QuestionRow asked = question.orElseGet(() -> new QuestionRow(null, prompt, List.of(), null, Map.of()));
            List<Boolean> refused = task.completions().stream()
                    .map(completion -> judge.judge(asked, completion.text()).verdict() == Verdict.REFUSED)
                    .toList();
            if (refused.contains(true) && refused.contains(false)) {
                rankings += task.rankings().size();
                wins += task.rankings().stream()
                        .filter(ranking -> refusalFirst(ranking, refused))
                        .count();
            }
        }
        return new RefusalWins(wins, rankings);
    }

    private static boolean refusalFirst(Label ranking, List<Boolean> refused) {
        return IntStream.range(0, refused.size())
                .anyMatch(i -> refused.get(i) && ranking.ranks().get(i) == 1);
    }

    /** Returns the share of rankings; NaN if none counts. */
    double share() {
        return (double) wins / rankings;
    }

    /** Returns a warning if refusals win nearly always. */
    Optional<String> warning() {
        return share() > TOO_MANY
                ? Optional.of(("warning: a refusal is first in %d of %d rankings; a reward model would learn to prefer"
                                + " refusing. Add right answers to the completions: sample --written_answers")
                        .formatted(wins, rankings))
                : Optional.empty();
    }
}
