package dev.rlhf.stages.ppo;

import dev.rlhf.data.BatchSampler;
import dev.rlhf.generate.GeneratedCompletion;
import dev.rlhf.generate.Generator;
import dev.rlhf.generate.Sampling;
import dev.rlhf.inference.PromptEncoder;
import dev.rlhf.model.CausalLm;
import dev.rlhf.tensor.Torch;
import dev.rlhf.text.ConversationFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Samples episodes: one response of the policy per prompt. All draws depend only on (seed, episode). */
public final class EpisodeSampler {
    private final List<int[]> prompts;
    private final BatchSampler order;
    private final Generator generator;
    private final Sampling sampling;
    private final int size;

    public EpisodeSampler(Torch torch, PpoOptions o, CausalLm policy, ConversationFormat format, PpoPrompts prompts) {
        long seed = o.loop().seed();
        this.size = o.rollout().rollout_batch_size();
        this.prompts = prompts.prompts();
        this.order = new BatchSampler(prompts.order(seed), 1);
        this.generator = new Generator(torch, policy, size);
        Set<Integer> stopIds = PromptEncoder.stopIds(format, policy.config().eosIds());
        double temperature = o.rollout().temperature();
        this.sampling = new Sampling(temperature, 0, 1, prompts.responseLength(), stopIds, seed);
    }

    /**
     * Samples an episode for each of the next {@code rollout_batch_size} prompts in shuffled order.
     *
     * @param update number of the update, from 1
     */
    public List<Episode> rollOut(long update) {
        long[] numbers = numbers(update);
        List<int[]> drawn = IntStream.of(drawn(update)).mapToObj(prompts::get).toList();
        List<GeneratedCompletion> completions = generator.generate(drawn, numbers, sampling, done -> {});
        return IntStream.range(0, size)
                .mapToObj(i -> new Episode(
                        drawn.get(i),
                        completions.get(i).ids(),
                        completions.get(i).stopped()))
                .toList();
    }

    /** Returns the indices of the prompts of an update's episodes, [B]. */
    int[] drawn(long update) {
        return LongStream.of(numbers(update))
                .mapToInt(number -> order.batch(number)[0])
                .toArray();
    }

    /** Returns the number of updates in which each prompt is drawn once, or as often as its data set's weight says. */
    double updatesPerEpoch() {
        return (double) order.batchesPerEpoch() / size;
    }

    private long[] numbers(long update) {
        long first = (update - 1) * size;
        return LongStream.range(first, first + size).toArray();
    }
}
