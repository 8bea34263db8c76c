package dev.rlhf.label.server;

import dev.rlhf.label.Label;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.BatchChange;
import dev.rlhf.label.api.Change;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.store.LabelStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Fixture of page tests: a store with its server, and labelers who sign in with the browser. */
public final class PageFixture implements AutoCloseable {
    /** Password of the admin Lea. */
    static final String ADMIN_PASSWORD = "correct horse battery";

    public final LabelStore store;
    final Browser browser;
    private LabelServer server;
    private int port;

    private PageFixture(LabelStore store, LabelServer server, Browser browser) {
        this.store = store;
        this.server = server;
        this.browser = browser;
    }

    public static PageFixture open(Path folder, Browser browser) throws IOException {
        LabelStore store = LabelStore.open(folder.resolve("labels"));
        store.publishGuidelines("# Rules\n\n- **True** first");
        return new PageFixture(store, LabelServer.start(store, "127.0.0.1", 0), browser);
    }

    PageFixture with(List<RankedTask> tasks, BatchChange change) {
        store.importTasks(tasks, new ImportOptions(ImportOptions.DEFAULT_BATCH, change));
        return this;
    }

    public PageFixture with(List<RankedTask> tasks) {
        return with(tasks, BatchChange.NONE);
    }

    /** Settings of a batch that asks for more than an order. */
    static BatchChange asking(@Nullable Integer topK, boolean strength, boolean scores, List<String> flags) {
        return Change.of()
                .topK(topK)
                .strength(strength)
                .scores(scores)
                .flags(flags)
                .build();
    }

    public URI address() {
        return server.address();
    }

    public String invite(String name) {
        return store.access()
                .invite(name, LabelerKind.PERSON, Actor.commandLine())
                .link(address())
                .toString();
    }

    /** Opens a labeler's link, reads the guidelines if they are shown, and waits for the first task. */
    public PageFixture enter(String name) {
        enter(browser, URI.create(invite(name)));
        return this;
    }

    static void enter(Browser browser, URI link) {
        browser.open(link);
        browser.click("#start");
        browser.find("#gate:not([hidden]), #task:not([hidden])");
        if (browser.visible("#gate")) {
            browser.click("#seen");
        }
        browser.find("#task");
    }

    /** Adds the admin Lea. */
    PageFixture withAdmin() {
        store.access().setAdmin("Lea", ADMIN_PASSWORD, Actor.commandLine());
        return this;
    }

    /** Signs in as the admin Lea, and opens the pages of admins. */
    void enterAsAdmin() {
        signInAsAdmin(browser, address());
    }

    static void signInAsAdmin(Browser browser, URI server) {
        browser.open(server.resolve("/admin/"));
        browser.type("#name", "Lea");
        browser.type("#password", ADMIN_PASSWORD);
        browser.click("#sign-in button");
        browser.find("#view #title");
    }

    /** Opens one of the pages of admins by its link. */
    static void openAdminView(Browser browser, String view) {
        browser.click("#nav a[href='#" + view + "']");
        browser.find("#view[data-view='" + view + "']");
    }

    /** Ends all sessions of a labeler. */
    public void signOut(String name) {
        store.access().disable(name, Actor.commandLine());
        store.access().enable(name, Actor.commandLine());
    }

    /** The server is gone; {@link #startAgain} brings it back at the same address. */
    public void stop() {
        port = server.port();
        server.close();
    }

    public void startAgain() {
        server = LabelServer.start(store, "127.0.0.1", port);
    }

    /** Returns a labeler's ranks of a task, by completion text. */
    Map<String, Integer> ranks(int task, String labeler) {
        RankedTask ranked = store.tasks(null).get(task);
        Label ranking = ranking(task, labeler);
        return IntStream.range(0, ranked.completions().size())
                .boxed()
                .collect(Collectors.toMap(
                        i -> ranked.completions().get(i).text(),
                        i -> ranking.ranks().get(i)));
    }

    public Label ranking(int task, String labeler) {
        return store.tasks(null).get(task).rankings().stream()
                .filter(ranking -> ranking.labeler().equals(labeler))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        server.close();
        store.close();
    }
}
