package dev.rlhf.inference;

import com.sun.management.OperatingSystemMXBean;
import dev.rlhf.report.console.Numbers;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Gpu;
import dev.rlhf.tensor.Torch;
import java.lang.management.ManagementFactory;

/** The line about device and dtype that a stage prints first. */
final class DeviceLine {
    private DeviceLine() {}

    static String of(Torch torch, Dtype compute) {
        return "device: " + torch.gpu().map(DeviceLine::describe).orElseGet(DeviceLine::cpu) + ", dtype "
                + compute.hf();
    }

    static String describe(Gpu gpu) {
        return "cuda:%d (%s, %s, compute capability %s)"
                .formatted(gpu.index(), gpu.name(), Numbers.bytes((double) gpu.memory()), gpu.capability());
    }

    private static String cpu() {
        long memory =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
        return "cpu (%d processors, %s)"
                .formatted(Runtime.getRuntime().availableProcessors(), Numbers.bytes((double) memory));
    }
}
