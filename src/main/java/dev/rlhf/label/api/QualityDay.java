package dev.rlhf.label.api;

import dev.rlhf.label.agreement.PairwiseAgreement;
import java.time.LocalDate;

/**
 * The quality of rankings made on one day, in UTC. The day of a label is that of its latest revision.
 *
 * @param rankings rankings of tasks that are not gold
 * @param gold rankings of gold tasks
 * @param agreementTasks rankings of tasks that somebody else also ranked
 * @param agreement agreement with the common order of the others
 */
public record QualityDay(
        LocalDate day, int rankings, GoldScore gold, int agreementTasks, PairwiseAgreement agreement) {}
