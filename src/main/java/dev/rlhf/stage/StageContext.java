package dev.rlhf.stage;

import java.io.PrintStream;
import java.nio.file.Path;

/** What surrounds a running stage: where to print and whether the user has asked to stop. Given by the command line. */
public interface StageContext {
    /** True once Ctrl-C was pressed: save and leave at the next step boundary. */
    boolean stopRequested();

    /** Where people read: progress, tables, samples. Never parsed. */
    PrintStream console();

    /** Folder that relative paths start from; the process's own. */
    Path workingFolder();
}
