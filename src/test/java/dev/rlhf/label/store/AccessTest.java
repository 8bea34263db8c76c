package dev.rlhf.label.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.ApiToken;
import dev.rlhf.label.api.AuditEntry;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.api.Invite;
import dev.rlhf.label.api.RefusedException;
import dev.rlhf.label.api.RefusedException.Reason;
import dev.rlhf.label.api.Role;
import dev.rlhf.label.api.TooManyTriesException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signing in, with a clock controlled by the test. */
class AccessTest {
    private static final String PASSWORD = "correct horse battery";
    private static final Actor LEAD = new Actor("lead", "192.0.2.1");

    @TempDir
    Path folder;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T08:00:00Z"));
    private LabelStore store;
    private Access access;

    @BeforeEach
    void open() throws Exception {
        store = LabelStore.open(folder.resolve("labels"), now::get, 10);
        access = store.access();
        access.setAdmin("lead", PASSWORD, Actor.commandLine());
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void pass(Duration time) {
        now.updateAndGet(before -> before.plus(time));
    }

    private Invite invite(String name) {
        return access.invite(name, LabelerKind.PERSON, LEAD);
    }

    private static void refused(Reason reason, ThrowingCallable call) {
        assertThatThrownBy(call)
                .asInstanceOf(InstanceOfAssertFactories.type(RefusedException.class))
                .extracting(RefusedException::reason)
                .isEqualTo(reason);
    }

    /** Tries until attempts are blocked, and returns for how long. */
    private Duration triesUntilShut(int expected, String name, String address) {
        for (int i = 0; i < expected; i++) {
            refused(Reason.NOT_SIGNED_IN, () -> access.signIn(name, "wrong", address));
        }
        return shut(name, address);
    }

    private Duration shut(String name, String address) {
        List<Duration> waits = new ArrayList<>();
        assertThatThrownBy(() -> access.signIn(name, PASSWORD, address))
                .isInstanceOfSatisfying(TooManyTriesException.class, e -> waits.add(e.retryAfter()));
        return waits.getFirst();
    }

    @Test
    void namesThatLookLikeOthersAreRefused() {
        access.invite("Ada", LabelerKind.PERSON, LEAD);
        access.invite("Ольга", LabelerKind.PERSON, LEAD);
        for (String twin :
                List.of("ADA", "А\u0434a", "\u0410d\u0430", "Аda", "A da", "Ada\u200b", "\u202eadA", "1ead", "IEAD")) {
            assertThatThrownBy(() -> access.invite(twin, LabelerKind.PERSON, LEAD))
                    .as(twin)
                    .isInstanceOf(InputException.class);
        }
        assertThatThrownBy(() -> access.invite("O\u043bga", LabelerKind.PERSON, LEAD))
                .hasMessage("the name 'O\u043bga' mixes the alphabets LATIN and CYRILLIC; write it in one of them");
        assertThatThrownBy(() -> access.invite("\u0410\u0501\u0430", LabelerKind.PERSON, LEAD))
                .as("Cyrillic alone")
                .hasMessageEndingWith("looks like the existing name 'Ada'; use another name");
        access.invite("Аня", LabelerKind.PERSON, LEAD);
        access.invite("李Ada", LabelerKind.PERSON, LEAD);
        access.invite("Ada", LabelerKind.PERSON, LEAD);
    }

    @Test
    void anInviteWorksOnce() {
        Invite invite = invite("Ada");
        Access.Opened opened = access.enter(invite.token(), "key-one-12", "192.0.2.7");
        assertThat(opened.who().role()).isEqualTo(Role.LABELER);
        assertThat(access.session(opened.token())).contains(opened.who());
        for (String key : new String[] {null, "another-key"}) {
            refused(Reason.NOT_SIGNED_IN, () -> access.enter(invite.token(), key, "192.0.2.7"));
        }
        assertThat(access.session(opened.token())).isPresent();
    }

    @Test
    void aSignInWhoseAnswerWasLostCanBeRepeatedForTenMinutes() {
        Invite invite = invite("Ada");
        access.enter(invite.token(), "key-one-12", "192.0.2.7");
        pass(Duration.ofMinutes(9));
        assertThat(access.session(
                        access.enter(invite.token(), "key-one-12", "192.0.2.7").token()))
                .isPresent();
        pass(Duration.ofMinutes(1));
        refused(Reason.NOT_SIGNED_IN, () -> access.enter(invite.token(), "key-one-12", "192.0.2.7"));
    }

    @Test
    void invitesAndSessionsExpire() {
        Invite late = invite("Ada");
        Access.Opened labeler = access.enter(invite("Bo").token(), null, "192.0.2.7");
        Access.Opened admin = access.signIn("lead", PASSWORD, "192.0.2.7");
        pass(Duration.ofHours(12));
        assertThat(access.session(admin.token())).isEmpty();
        assertThat(access.session(labeler.token())).isPresent();
        pass(Duration.ofDays(14));
        refused(Reason.NOT_SIGNED_IN, () -> access.enter(late.token(), null, "192.0.2.7"));
        pass(Duration.ofDays(90));
        assertThat(access.session(labeler.token())).isEmpty();
    }

    @Test
    void signingOutEndsTheSession() {
        Access.Opened opened = access.enter(invite("Ada").token(), null, "192.0.2.7");
        access.signOut(opened.token());
        assertThat(access.session(opened.token())).isEmpty();
    }

    @Test
    void wrongPasswordsBlockAnAddressLongerEachTime() {
        assertThat(triesUntilShut(5, "lead", "192.0.2.9")).isEqualTo(Duration.ofMinutes(1));
        pass(Duration.ofSeconds(59));
        assertThat(shut("lead", "192.0.2.9")).isEqualTo(Duration.ofSeconds(1));
        pass(Duration.ofSeconds(1));
        for (int minutes : List.of(2, 4, 8, 16, 32, 60, 60)) {
            refused(Reason.NOT_SIGNED_IN, () -> access.signIn("lead", "wrong", "192.0.2.9"));
            assertThat(shut("lead", "192.0.2.9")).isEqualTo(Duration.ofMinutes(minutes));
            pass(Duration.ofMinutes(minutes));
        }
        access.signIn("lead", PASSWORD, "192.0.2.9");
        assertThat(triesUntilShut(5, "lead", "192.0.2.9"))
                .as("a success resets the count")
                .isEqualTo(Duration.ofMinutes(1));
        access.signIn("lead", PASSWORD, "192.0.2.10");
    }

    @Test
    void manyAddressesTogetherShutTheNameAndOneIpv6NetworkIsOneAddress() {
        for (int i = 0; i < 20; i++) {
            String address = "198.51.100." + i;
            refused(Reason.NOT_SIGNED_IN, () -> access.signIn("lead", "wrong", address));
        }
        shut("lead", "198.51.100.99");
        pass(Duration.ofDays(2));
        for (int i = 0; i < 5; i++) {
            String address = "2001:db8::" + i;
            refused(Reason.NOT_SIGNED_IN, () -> access.signIn("lead", "wrong", address));
        }
        shut("lead", "2001:db8:0:0:ffff::1");
        access.signIn("lead", PASSWORD, "2001:db8:0:1::1");
    }

    @Test
    void guessingInvitesIsSlowedDownWithoutBlockingTheAdmin() {
        for (int i = 0; i < 20; i++) {
            refused(Reason.NOT_SIGNED_IN, () -> access.enter("guess", null, "192.0.2.9"));
        }
        String good = invite("Ada").token();
        refused(Reason.TOO_MANY, () -> access.enter(good, null, "192.0.2.9"));
        access.enter(good, null, "192.0.2.10");
        access.signIn("lead", PASSWORD, "192.0.2.9");
    }

    @Test
    void anUnknownAdminNameGetsTheSameAnswer() {
        invite("Ada");
        List<String> messages = new ArrayList<>();
        for (String name : List.of("lead", "Ada", "nobody", "' OR 1=1 --", "")) {
            assertThatThrownBy(() -> access.signIn(name, "wrong", "192.0.2." + messages.size()))
                    .satisfies(e -> messages.add(e.getMessage()));
        }
        assertThat(messages).hasSize(5).containsOnly("name or password is wrong");
    }

    @Test
    void aDisabledLabelerIsSignedOutAndHoldsNothing() {
        store.importTasks(Samples.tasks(1, 2), ImportOptions.defaults());
        Access.Opened ada = access.enter(invite("Ada").token(), null, "192.0.2.7");
        Invite unused = invite("Ada");
        store.labelerService().next(ada.who().labeler(), Duration.ofHours(1)).orElseThrow();
        Labeler bo = TestLabelers.person(store, "Bo");
        assertThat(store.labelerService().next(bo, Duration.ofHours(1))).isEmpty();
        access.disable("Ada", LEAD);
        assertThat(access.session(ada.token())).isEmpty();
        refused(Reason.NOT_SIGNED_IN, () -> access.enter(unused.token(), null, "192.0.2.7"));
        assertThat(store.labelerService().next(bo, Duration.ofHours(1))).isPresent();
        assertThatThrownBy(() -> invite("Ada")).isInstanceOf(InputException.class);
        access.enable("Ada", LEAD);
        access.enter(invite("Ada").token(), null, "192.0.2.7");
    }

    @Test
    void aNewPasswordEndsEarlierSessions() {
        Access.Opened before = access.signIn("lead", PASSWORD, "192.0.2.7");
        access.setAdmin("lead", "another horse entirely", Actor.commandLine());
        assertThat(access.session(before.token())).isEmpty();
        refused(Reason.NOT_SIGNED_IN, () -> access.signIn("lead", PASSWORD, "192.0.2.7"));
        // The same letters in another Unicode form are the same password.
        access.setAdmin("lead", "caf\u00e9 caf\u00e9 caf\u00e9 caf\u00e9", Actor.commandLine());
        access.signIn("lead", "cafe\u0301 cafe\u0301 cafe\u0301 cafe\u0301", "192.0.2.7");
    }

    private void reopen() throws Exception {
        store.close();
        store = LabelStore.open(folder.resolve("labels"), now::get, 10);
        access = store.access();
    }

    @Test
    void blocksSurviveARestart() throws Exception {
        assertThat(triesUntilShut(5, "lead", "192.0.2.9")).isEqualTo(Duration.ofMinutes(1));
        reopen();
        assertThat(shut("lead", "192.0.2.9")).isEqualTo(Duration.ofMinutes(1));
        access.signIn("lead", PASSWORD, "192.0.2.10");
        pass(Duration.ofMinutes(1));
        reopen();
        refused(Reason.NOT_SIGNED_IN, () -> access.signIn("lead", "wrong", "192.0.2.9"));
        assertThat(shut("lead", "192.0.2.9")).as("the sixth failure").isEqualTo(Duration.ofMinutes(2));
        pass(Duration.ofMinutes(2));
        access.signIn("lead", PASSWORD, "192.0.2.9");
        reopen();
        assertThat(triesUntilShut(5, "lead", "192.0.2.9"))
                .as("a success resets the count for good")
                .isEqualTo(Duration.ofMinutes(1));
        access.setAdmin("lead", PASSWORD, Actor.commandLine());
        reopen();
        access.signIn("lead", PASSWORD, "192.0.2.9");
    }

    @Test
    void aTokenWorksAfterARestartUntilItIsRevoked() throws Exception {
        String token = access.createToken("nightly", "lead", LEAD);
        assertThat(access.tokens()).containsExactly(new ApiToken("nightly", "lead", now.get(), null));
        reopen();
        assertThat(access.token(token)).map(ApiToken::name).contains("nightly");
        assertThat(access.tokens().getFirst().lastUsed()).isEqualTo(now.get());
        Instant first = now.get();
        pass(Duration.ofSeconds(59));
        access.token(token);
        assertThat(access.tokens().getFirst().lastUsed()).isEqualTo(first);
        pass(Duration.ofSeconds(1));
        access.token(token);
        assertThat(access.tokens().getFirst().lastUsed()).isEqualTo(now.get());
        assertThat(access.token(token + "x")).isEmpty();
        assertThatThrownBy(() -> access.createToken("nightly", "lead", LEAD)).hasMessageContaining("already");
        access.revokeToken("nightly", LEAD);
        assertThat(access.token(token)).isEmpty();
        assertThat(access.tokens()).isEmpty();
        assertThatThrownBy(() -> access.revokeToken("nightly", LEAD)).isInstanceOf(InputException.class);
        assertThat(access.audit(null, 2))
                .extracting(AuditEntry::action)
                .containsExactly("revoke_token", "create_token");
    }

    @Test
    void aTokenEndsWithItsAdminsPasswordOrAccess() {
        access.setAdmin("other", PASSWORD, Actor.commandLine());
        String kept = access.createToken("kept", "lead", LEAD);
        String first = access.createToken("first", "other", LEAD);
        access.setAdmin("other", "another horse entirely", Actor.commandLine());
        assertThat(access.token(first)).isEmpty();
        String second = access.createToken("second", "other", LEAD);
        access.disable("other", LEAD);
        assertThat(access.token(second)).isEmpty();
        access.enable("other", LEAD);
        assertThat(access.token(second)).isEmpty();
        assertThat(access.token(kept)).isPresent();
        invite("Ada");
        for (String notAdmin : List.of("Ada", "nobody", "")) {
            assertThatThrownBy(() -> access.createToken("third", notAdmin, LEAD))
                    .isInstanceOf(InputException.class);
        }
        for (String wrong : List.of("", "a b", "é", "-a", "a".repeat(65))) {
            assertThatThrownBy(() -> access.createToken(wrong, "lead", LEAD))
                    .as(wrong)
                    .isInstanceOf(InputException.class);
        }
    }

    @Test
    void namesOfAdminsAndLabelersDoNotMix() {
        invite("Ada");
        assertThatThrownBy(() -> invite("lead")).isInstanceOf(InputException.class);
        assertThatThrownBy(() -> access.setAdmin("Ada", PASSWORD, LEAD)).isInstanceOf(InputException.class);
        assertThatThrownBy(() -> access.invite("Ada", LabelerKind.SIMULATED, LEAD))
                .isInstanceOf(InputException.class);
        assertThatThrownBy(() -> invite("a\u0000b")).isInstanceOf(InputException.class);
        assertThatThrownBy(() -> access.disable("lead", LEAD)).hasMessageContaining("only admin");
    }

    @Test
    void everythingAnAdminDoesIsInTheAuditTable() {
        invite("Ada");
        access.disable("Ada", LEAD);
        access.enable("Ada", LEAD);
        access.setBaseUrl(URI.create("https://rank.example.org"), LEAD);
        access.signIn("lead", PASSWORD, "192.0.2.7");
        refused(Reason.NOT_SIGNED_IN, () -> access.signIn("lead", "wrong", "192.0.2.8"));
        List<AuditEntry> lines = access.audit(null, 100);
        assertThat(lines)
                .extracting(AuditEntry::action)
                .containsExactly(
                        "sign_in_failed",
                        "sign_in",
                        "set_base_url",
                        "enable",
                        "disable",
                        "invite",
                        "set_admin_password");
        assertThat(lines.get(5).actor()).isEqualTo(LEAD);
        assertThat(lines.get(5).subject()).isEqualTo("Ada");
        assertThat(lines.get(0).actor()).isEqualTo(new Actor("lead", "192.0.2.8"));
        assertThat(lines.get(6).actor()).isEqualTo(Actor.commandLine());
        assertThat(lines.get(6).at()).isEqualTo(now.get());
        assertThat(access.audit(lines.get(5).id(), 100)).containsExactly(lines.get(6));
    }

    @Test
    void noSecretIsInTheFile() throws Exception {
        Invite used = invite("Ada");
        Invite open = invite("Bo");
        String session = access.enter(used.token(), "key-one-12", "192.0.2.7").token();
        String admin = access.signIn("lead", PASSWORD, "192.0.2.7").token();
        String token = access.createToken("nightly", "lead", LEAD);
        store.close();
        String file = Files.readString(folder.resolve("labels.mv.db"), StandardCharsets.ISO_8859_1);
        assertThat(file).contains("Ada").contains("192.0.2.7");
        for (String secret : List.of(used.token(), open.token(), session, admin, token, PASSWORD, "key-one-12")) {
            assertThat(file).doesNotContain(secret);
        }
    }
}
