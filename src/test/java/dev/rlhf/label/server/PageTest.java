package dev.rlhf.label.server;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A browser, and a server with an empty store. */
@BrowserTest
abstract class PageTest {
    @TempDir
    Path folder;

    Browser browser;
    PageFixture desk;

    @BeforeEach
    void openDesk(Browser browser) throws Exception {
        this.browser = browser;
        desk = PageFixture.open(folder, browser);
    }

    @AfterEach
    void closeDesk() {
        desk.close();
    }
}
