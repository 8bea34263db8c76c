/* libcudart.so.12 without a GPU. Device memory is address space that no host instruction can read or write; copies go through a
 * second, accessible mapping of the same pages. Kernels are counted by name and never run, so their results are whatever the
 * memory held before, at first zeros.
 *
 * Environment: FAKEGPU_DEVICES (number of devices, 1), FAKEGPU_MEMORY_GIB (of each, 80), FAKEGPU_REPORT (file that is written
 * when the process ends). */
#define _GNU_SOURCE
#include <cuda_runtime_api.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "counts.h"

#undef cudaGetDeviceProperties /* a macro of the header; libtorch asks for the function below by its real name */

/* ---- counters ---- */

static long counts[FIELDS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards everything below except the counters */

static long kernels_run(void) { return __atomic_load_n(&counts[LAUNCHES], __ATOMIC_RELAXED) + __atomic_load_n(&counts[PRODUCTS], __ATOMIC_RELAXED); }
static void add(int field, long amount) { __atomic_add_fetch(&counts[field], amount, __ATOMIC_RELAXED); }

struct kernel {
    const void *stub; /* the host function that represents the kernel */
    const char *name; /* mangled */
    long launches;
};
enum { KERNEL_SLOTS = 1 << 18 }; /* libtorch 2.7.1 registers about 60,000 */
static struct kernel *kernels;

/* The slot of a kernel, by open addressing; call with the lock held. */
static struct kernel *kernel_of(const void *stub) {
    if (!kernels) kernels = calloc(KERNEL_SLOTS, sizeof *kernels);
    uint64_t mixed = (uint64_t)stub * 0x9e3779b97f4a7c15u;
    unsigned at = mixed >> 46;
    while (kernels[at].stub && kernels[at].stub != stub) at = (at + 1) % KERNEL_SLOTS;
    kernels[at].stub = stub;
    return &kernels[at];
}

static struct product { char what[80]; long count; double flops; } products[64];

/* ---- CUDA graphs: one capture at a time ---- */

struct CUgraph_st { long kernels; };
struct CUgraphExec_st { long kernels; };
static struct { enum cudaStreamCaptureStatus status; unsigned long long id; pthread_t thread; long kernels; } capture;
static __thread enum cudaStreamCaptureMode capture_mode = cudaStreamCaptureModeGlobal;

static int capturing(void) { return capture.status != cudaStreamCaptureStatusNone && pthread_equal(capture.thread, pthread_self()); }

/* Counts a kernel for the graph, if there is one. */
int fakegpu_captured(void) {
    if (!capturing()) return 0;
    capture.kernels++;
    return 1;
}

/* Counts a matrix product; blas.c calls it. */
void fakegpu_product(const char *what, double flops) {
    if (!fakegpu_captured()) add(PRODUCTS, 1);
    pthread_mutex_lock(&lock);
    struct product *p = products, *end = products + 63; /* the last slot collects the rest */
    while (p < end && p->what[0] && strcmp(p->what, what)) p++;
    if (!p->what[0]) snprintf(p->what, sizeof p->what, "%s", p == end ? "others" : what);
    p->count++;
    p->flops += flops;
    pthread_mutex_unlock(&lock);
}

/* Copies all counters to `to`. */
void fakegpu_counts(long *to) {
    for (int i = 0; i < FIELDS; i++) to[i] = __atomic_load_n(&counts[i], __ATOMIC_RELAXED);
}

/* Sets all counters to 0; memory that is allocated stays counted. */
void fakegpu_reset(void) {
    for (int i = 0; i < FIELDS; i++)
        if (i != BYTES_NOW && i != REFUSED) __atomic_store_n(&counts[i], i == BYTES_PEAK ? counts[BYTES_NOW] : 0, __ATOMIC_RELAXED);
    pthread_mutex_lock(&lock);
    memset(products, 0, sizeof products);
    for (int i = 0; kernels && i < KERNEL_SLOTS; i++) kernels[i].launches = 0;
    pthread_mutex_unlock(&lock);
}

static int by_launches(const void *a, const void *b) {
    long x = ((const struct kernel *)a)->launches, y = ((const struct kernel *)b)->launches;
    return (x < y) - (x > y);
}

/* Writes counters, products and kernels to a file, the most frequent first. */
void fakegpu_report(const char *path) {
    static const char *names[FIELDS] = {"launches", "products", "synchronisations", "copies_in", "bytes_in", "copies_out", "bytes_out",
        "copies_within", "bytes_within", "fills", "allocations", "bytes_now", "bytes_peak", "refused", "replayed"};
    FILE *out = fopen(path, "w");
    if (!out) {
        perror(path);
        return;
    }
    for (int i = 0; i < FIELDS; i++) fprintf(out, "%s %ld\n", names[i], counts[i]);
    pthread_mutex_lock(&lock);
    for (int i = 0; i < 64 && products[i].what[0]; i++)
        fprintf(out, "product %ld %s, %.4g flops\n", products[i].count, products[i].what, products[i].flops);
    struct kernel *sorted = kernels ? malloc(KERNEL_SLOTS * sizeof *sorted) : 0;
    if (sorted) {
        memcpy(sorted, kernels, KERNEL_SLOTS * sizeof *sorted);
        qsort(sorted, KERNEL_SLOTS, sizeof *sorted, by_launches);
        for (int i = 0; i < KERNEL_SLOTS && sorted[i].launches; i++)
            fprintf(out, "kernel %ld %s\n", sorted[i].launches, sorted[i].name ? sorted[i].name : "?");
        free(sorted);
    }
    pthread_mutex_unlock(&lock);
    fclose(out);
}

static void report_at_exit(void) { fakegpu_report(getenv("FAKEGPU_REPORT")); }

/* ---- devices ---- */

static const size_t SPACE = (size_t)1 << 40;
static char *device_space, *host_view; /* the same pages, without and with access */
static size_t next_free = 1 << 21;
static __thread int current_device;
static __thread cudaError_t last_error;

static cudaError_t fail(cudaError_t error) { return last_error = error; }

static long setting(const char *name, long otherwise) {
    const char *text = getenv(name);
    return text && *text ? atol(text) : otherwise;
}

static int devices(void) { return setting("FAKEGPU_DEVICES", 1); }
static size_t memory(void) { return (size_t)setting("FAKEGPU_MEMORY_GIB", 80) << 30; }

__attribute__((constructor)) static void start(void) {
    int pages = memfd_create("fakegpu", 0);
    if (pages < 0 || ftruncate(pages, SPACE)) goto failed;
    device_space = mmap(0, SPACE, PROT_NONE, MAP_SHARED | MAP_NORESERVE, pages, 0);
    host_view = mmap(0, SPACE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, pages, 0);
    if (device_space == MAP_FAILED || host_view == MAP_FAILED) goto failed;
    if (getenv("FAKEGPU_REPORT")) atexit(report_at_exit);
    return;
failed:
    perror("fakegpu: no address space for the device's memory");
    abort();
}

static int on_device(const void *p) { return (const char *)p >= device_space && (const char *)p < device_space + SPACE; }
static void *reachable(const void *p) { return on_device(p) ? host_view + ((const char *)p - device_space) : (void *)p; }

cudaError_t cudaGetDeviceCount(int *n) { *n = devices(); return *n ? cudaSuccess : fail(cudaErrorNoDevice); }
cudaError_t cudaGetDevice(int *device) { *device = current_device; return cudaSuccess; }
cudaError_t cudaSetDevice(int device) {
    if (device < 0 || device >= devices()) return fail(cudaErrorInvalidDevice);
    current_device = device;
    return cudaSuccess;
}
cudaError_t cudaDriverGetVersion(int *version) { *version = 12080; return cudaSuccess; }
cudaError_t cudaRuntimeGetVersion(int *version) { *version = 12060; return cudaSuccess; }

/* A Hopper card: the attributes by which libtorch chooses kernels and their sizes. */
static const struct { enum cudaDeviceAttr attribute; int value; } HOPPER[] = {
    {cudaDevAttrComputeCapabilityMajor, 9}, {cudaDevAttrComputeCapabilityMinor, 0},
    {cudaDevAttrMultiProcessorCount, 132}, {cudaDevAttrWarpSize, 32},
    {cudaDevAttrMaxThreadsPerBlock, 1024}, {cudaDevAttrMaxThreadsPerMultiProcessor, 2048},
    {cudaDevAttrMaxBlocksPerMultiprocessor, 32}, {cudaDevAttrMaxRegistersPerBlock, 65536},
    {cudaDevAttrMaxSharedMemoryPerBlock, 48 << 10}, {cudaDevAttrMaxSharedMemoryPerBlockOptin, 227 << 10},
    {cudaDevAttrMaxSharedMemoryPerMultiprocessor, 228 << 10},
    {cudaDevAttrMaxGridDimX, 2147483647}, {cudaDevAttrMaxGridDimY, 65535}, {cudaDevAttrMaxGridDimZ, 65535},
};

static int hopper(enum cudaDeviceAttr attribute) {
    for (size_t i = 0; i < sizeof HOPPER / sizeof *HOPPER; i++)
        if (HOPPER[i].attribute == attribute) return HOPPER[i].value;
    return 0;
}

cudaError_t cudaDeviceGetAttribute(int *value, enum cudaDeviceAttr attribute, int device) {
    *value = hopper(attribute);
    return cudaSuccess;
}

cudaError_t cudaGetDeviceProperties_v2(struct cudaDeviceProp *p, int device) {
    memset(p, 0, sizeof *p);
    strcpy(p->name, "Fake H100");
    p->totalGlobalMem = memory();
    p->major = hopper(cudaDevAttrComputeCapabilityMajor);
    p->minor = hopper(cudaDevAttrComputeCapabilityMinor);
    p->multiProcessorCount = hopper(cudaDevAttrMultiProcessorCount);
    p->warpSize = hopper(cudaDevAttrWarpSize);
    p->maxThreadsPerBlock = hopper(cudaDevAttrMaxThreadsPerBlock);
    p->maxThreadsPerMultiProcessor = hopper(cudaDevAttrMaxThreadsPerMultiProcessor);
    p->maxBlocksPerMultiProcessor = hopper(cudaDevAttrMaxBlocksPerMultiprocessor);
    p->regsPerBlock = p->regsPerMultiprocessor = hopper(cudaDevAttrMaxRegistersPerBlock);
    p->sharedMemPerBlock = hopper(cudaDevAttrMaxSharedMemoryPerBlock);
    p->sharedMemPerBlockOptin = hopper(cudaDevAttrMaxSharedMemoryPerBlockOptin);
    p->sharedMemPerMultiprocessor = hopper(cudaDevAttrMaxSharedMemoryPerMultiprocessor);
    p->reservedSharedMemPerBlock = 1 << 10;
    p->maxThreadsDim[0] = p->maxThreadsDim[1] = 1024;
    p->maxThreadsDim[2] = 64;
    p->maxGridSize[0] = hopper(cudaDevAttrMaxGridDimX);
    p->maxGridSize[1] = p->maxGridSize[2] = hopper(cudaDevAttrMaxGridDimY);
    p->textureAlignment = 512;
    p->l2CacheSize = 50 << 20;
    p->unifiedAddressing = p->cooperativeLaunch = p->concurrentKernels = p->canMapHostMemory = p->memoryPoolsSupported = 1;
    return cudaSuccess;
}

cudaError_t cudaDeviceGetPCIBusId(char *id, int size, int device) { snprintf(id, size, "0000:%02x:00.0", device + 1); return cudaSuccess; }
cudaError_t cudaDeviceGetStreamPriorityRange(int *least, int *greatest) { *least = 0; *greatest = -5; return cudaSuccess; }
cudaError_t cudaDeviceCanAccessPeer(int *can, int device, int peer) { *can = 0; return cudaSuccess; }

cudaError_t cudaGetLastError(void) { cudaError_t error = last_error; last_error = cudaSuccess; return error; }
cudaError_t cudaPeekAtLastError(void) { return last_error; }
const char *cudaGetErrorName(cudaError_t error) { return error ? "fakegpu error" : "cudaSuccess"; }
const char *cudaGetErrorString(cudaError_t error) {
    switch (error) {
        case cudaSuccess: return "no error";
        case cudaErrorNoDevice: return "no CUDA-capable device is detected";
        case cudaErrorMemoryAllocation: return "out of memory";
        case cudaErrorInvalidConfiguration: return "invalid configuration argument";
        case cudaErrorInvalidDevice: return "invalid device ordinal";
        case cudaErrorStreamCaptureUnsupported: return "operation not permitted when stream is capturing";
        case cudaErrorNotSupported: return "fakegpu: this function of CUDA is missing";
        default: return "unspecified error";
    }
}

/* ---- memory ---- */

static struct block { char *at; size_t size; struct block *next; } *blocks;

/* Ends a capture during a call that it does not allow, as CUDA does; the capture is invalid from then on. */
static cudaError_t forbidden(const char *call) {
    if (!capturing()) return cudaSuccess;
    capture.status = cudaStreamCaptureStatusInvalidated;
    fprintf(stderr, "fakegpu: %s during a capture\n", call);
    return fail(cudaErrorStreamCaptureUnsupported);
}

cudaError_t cudaMalloc(void **p, size_t size) {
    if (capture_mode != cudaStreamCaptureModeRelaxed && forbidden("cudaMalloc")) return last_error;
    size = (size + 511) & ~(size_t)511;
    pthread_mutex_lock(&lock);
    if (counts[BYTES_NOW] + size > memory() || next_free + size > SPACE) {
        pthread_mutex_unlock(&lock);
        return fail(cudaErrorMemoryAllocation);
    }
    struct block *b = malloc(sizeof *b);
    *b = (struct block){device_space + next_free, size, blocks};
    blocks = b;
    *p = b->at;
    next_free += size + 4096; /* addresses are never reused, so that freed ones stay unmapped */
    add(ALLOCATIONS, 1);
    add(BYTES_NOW, size);
    if (counts[BYTES_NOW] > counts[BYTES_PEAK]) counts[BYTES_PEAK] = counts[BYTES_NOW];
    pthread_mutex_unlock(&lock);
    return cudaSuccess;
}

cudaError_t cudaFree(void *p) {
    if (capture_mode != cudaStreamCaptureModeRelaxed && forbidden("cudaFree")) return last_error;
    pthread_mutex_lock(&lock);
    for (struct block **link = &blocks; *link; link = &(*link)->next) {
        struct block *b = *link;
        if (b->at != p) continue;
        *link = b->next;
        add(BYTES_NOW, -(long)b->size);
        madvise(reachable(p), b->size, MADV_REMOVE);
        free(b);
        break;
    }
    pthread_mutex_unlock(&lock);
    return cudaSuccess;
}

cudaError_t cudaMemGetInfo(size_t *unused, size_t *total) {
    *total = memory();
    *unused = *total - counts[BYTES_NOW];
    return cudaSuccess;
}

cudaError_t cudaPointerGetAttributes(struct cudaPointerAttributes *a, const void *p) {
    memset(a, 0, sizeof *a);
    a->type = on_device(p) ? cudaMemoryTypeDevice : cudaMemoryTypeUnregistered;
    a->devicePointer = on_device(p) ? (void *)p : 0;
    return cudaSuccess;
}

cudaError_t cudaHostAlloc(void **p, size_t size, unsigned flags) { return posix_memalign(p, 4096, size) ? fail(cudaErrorMemoryAllocation) : cudaSuccess; }
cudaError_t cudaFreeHost(void *p) { free(p); return cudaSuccess; }
cudaError_t cudaHostGetDevicePointer(void **device, void *host, unsigned flags) { *device = host; return cudaSuccess; }
cudaError_t cudaHostRegister(void *p, size_t size, unsigned flags) { return cudaSuccess; }
cudaError_t cudaHostUnregister(void *p) { return cudaSuccess; }

/* The memory of a kernel's result holds bytes of an earlier tensor, which might be a NaN or a token outside the vocabulary.
 * So the host reads zeros after a launch, except in large copies, such as the weights of a model. */
enum { READ_AS_ZEROS = 1 << 20 };
static long launches_before_copy_in;

static cudaError_t copy(void *to, const void *from, size_t size) {
    if (on_device(to) && on_device(from) && fakegpu_captured()) return cudaSuccess;
    if (forbidden("a copy from or to the host")) return last_error;
    int field = on_device(to) ? on_device(from) ? COPIES_WITHIN : COPIES_IN : COPIES_OUT;
    if (on_device(to) || on_device(from)) {
        add(field, 1);
        add(field + 1, size);
    }
    if (on_device(to) && !on_device(from)) launches_before_copy_in = kernels_run();
    if (!on_device(to) && on_device(from) && size <= READ_AS_ZEROS && launches_before_copy_in != kernels_run()) {
        memset(to, 0, size);
        return cudaSuccess;
    }
    memmove(reachable(to), reachable(from), size);
    return cudaSuccess;
}

static cudaError_t synchronise(void) { add(SYNCHRONISATIONS, 1); return forbidden("a synchronisation"); }

cudaError_t cudaMemcpy(void *to, const void *from, size_t size, enum cudaMemcpyKind kind) { copy(to, from, size); return synchronise(); }
cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t size, enum cudaMemcpyKind kind, cudaStream_t s) { return copy(to, from, size); }
cudaError_t cudaMemcpyPeerAsync(void *to, int d, const void *from, int e, size_t size, cudaStream_t s) { return copy(to, from, size); }
cudaError_t cudaMemset(void *p, int value, size_t size) { add(FILLS, 1); memset(reachable(p), value, size); return cudaSuccess; }
cudaError_t cudaMemsetAsync(void *p, int value, size_t size, cudaStream_t s) { return fakegpu_captured() ? cudaSuccess : cudaMemset(p, value, size); }

/* ---- streams and events: all work is done immediately, so they only count waits ---- */

static void *handle(void) { return calloc(1, 16); }

cudaError_t cudaDeviceSynchronize(void) { return synchronise(); }
cudaError_t cudaStreamSynchronize(cudaStream_t s) { return synchronise(); }
cudaError_t cudaEventSynchronize(cudaEvent_t e) { return synchronise(); }
cudaError_t cudaStreamCreateWithPriority(cudaStream_t *s, unsigned flags, int priority) { *s = handle(); return cudaSuccess; }
cudaError_t cudaStreamQuery(cudaStream_t s) { return cudaSuccess; }
cudaError_t cudaStreamWaitEvent(cudaStream_t s, cudaEvent_t e, unsigned flags) { return cudaSuccess; }
cudaError_t cudaStreamIsCapturing(cudaStream_t s, enum cudaStreamCaptureStatus *status) {
    *status = capturing() && s ? capture.status : cudaStreamCaptureStatusNone;
    return cudaSuccess;
}
cudaError_t cudaStreamGetCaptureInfo_v2(cudaStream_t s, enum cudaStreamCaptureStatus *status, unsigned long long *id, cudaGraph_t *g,
        const cudaGraphNode_t **dependencies, size_t *n) {
    if (id) *id = capture.id;
    return cudaStreamIsCapturing(s, status);
}
cudaError_t cudaThreadExchangeStreamCaptureMode(enum cudaStreamCaptureMode *mode) {
    enum cudaStreamCaptureMode before = capture_mode;
    capture_mode = *mode;
    *mode = before;
    return cudaSuccess;
}
cudaError_t cudaStreamBeginCapture(cudaStream_t s, enum cudaStreamCaptureMode mode) {
    if (!s || capture.status != cudaStreamCaptureStatusNone) return fail(cudaErrorStreamCaptureUnsupported);
    capture.status = cudaStreamCaptureStatusActive;
    capture.id++;
    capture.thread = pthread_self();
    capture.kernels = 0;
    return cudaSuccess;
}
cudaError_t cudaStreamEndCapture(cudaStream_t s, cudaGraph_t *graph) {
    enum cudaStreamCaptureStatus status = capture.status;
    capture.status = cudaStreamCaptureStatusNone;
    *graph = 0;
    if (status != cudaStreamCaptureStatusActive) return fail(cudaErrorStreamCaptureInvalidated);
    *graph = malloc(sizeof **graph);
    (*graph)->kernels = capture.kernels;
    return cudaSuccess;
}
cudaError_t cudaGraphGetNodes(cudaGraph_t graph, cudaGraphNode_t *nodes, size_t *n) { *n = graph->kernels; return cudaSuccess; }
cudaError_t cudaGraphInstantiate(cudaGraphExec_t *exec, cudaGraph_t graph, unsigned long long flags) {
    *exec = malloc(sizeof **exec);
    (*exec)->kernels = graph->kernels;
    return cudaSuccess;
}
cudaError_t cudaGraphInstantiateWithFlags(cudaGraphExec_t *exec, cudaGraph_t graph, unsigned long long flags) { return cudaGraphInstantiate(exec, graph, flags); }
cudaError_t cudaGraphLaunch(cudaGraphExec_t exec, cudaStream_t s) {
    add(LAUNCHES, 1);
    add(REPLAYED, exec->kernels);
    return cudaSuccess;
}
cudaError_t cudaGraphDestroy(cudaGraph_t graph) { free(graph); return cudaSuccess; }
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t exec) { free(exec); return cudaSuccess; }
cudaError_t cudaEventCreate(cudaEvent_t *e) { *e = handle(); return cudaSuccess; }
cudaError_t cudaEventCreateWithFlags(cudaEvent_t *e, unsigned flags) { return cudaEventCreate(e); }
cudaError_t cudaEventDestroy(cudaEvent_t e) { free(e); return cudaSuccess; }
cudaError_t cudaEventRecord(cudaEvent_t e, cudaStream_t s) { return cudaSuccess; }
cudaError_t cudaEventQuery(cudaEvent_t e) { return cudaSuccess; }
cudaError_t cudaEventElapsedTime(float *ms, cudaEvent_t a, cudaEvent_t b) { *ms = 1; return cudaSuccess; }

/* ---- kernels ---- */

void **__cudaRegisterFatBinary(void *binary) { static void *registered[1]; return registered; }
void __cudaRegisterFatBinaryEnd(void **binary) {}
void __cudaUnregisterFatBinary(void **binary) {}
void __cudaRegisterVar(void **binary, char *host, char *device, const char *name, int ext, size_t size, int constant, int global) {}
void __cudaRegisterFunction(void **binary, const char *stub, char *device, const char *name, int limit, void *tid, void *bid, void *bdim, void *gdim, int *warp) {
    pthread_mutex_lock(&lock);
    kernel_of(stub)->name = name;
    pthread_mutex_unlock(&lock);
}

static __thread struct { dim3 grid, block; size_t shared; void *stream; } launch_settings;

unsigned __cudaPushCallConfiguration(dim3 grid, dim3 block, size_t shared, void *stream) {
    launch_settings.grid = grid;
    launch_settings.block = block;
    launch_settings.shared = shared;
    launch_settings.stream = stream;
    return 0;
}

cudaError_t __cudaPopCallConfiguration(dim3 *grid, dim3 *block, size_t *shared, void *stream) {
    *grid = launch_settings.grid;
    *block = launch_settings.block;
    *shared = launch_settings.shared;
    *(void **)stream = launch_settings.stream;
    return cudaSuccess;
}

static cudaError_t launch(const void *stub, dim3 grid, dim3 block, size_t shared) {
    if (!fakegpu_captured()) add(LAUNCHES, 1);
    pthread_mutex_lock(&lock);
    struct kernel *kernel = kernel_of(stub);
    kernel->launches++;
    pthread_mutex_unlock(&lock);
    size_t threads = (size_t)block.x * block.y * block.z;
    if (grid.x && grid.y && grid.z && threads && threads <= 1024 && block.z <= 64 && grid.x <= 2147483647u && grid.y <= 65535 && grid.z <= 65535
            && shared <= 227 << 10) return cudaSuccess;
    add(REFUSED, 1);
    fprintf(stderr, "fakegpu: no device accepts this launch: grid %u %u %u, block %u %u %u, %zu bytes shared: %s\n", grid.x, grid.y,
        grid.z, block.x, block.y, block.z, shared, kernel->name ? kernel->name : "?");
    return fail(cudaErrorInvalidConfiguration);
}

cudaError_t cudaLaunchKernel(const void *stub, dim3 grid, dim3 block, void **arguments, size_t shared, cudaStream_t s) { return launch(stub, grid, block, shared); }
cudaError_t cudaLaunchKernelExC(const cudaLaunchConfig_t *c, const void *stub, void **arguments) { return launch(stub, c->gridDim, c->blockDim, c->dynamicSmemBytes); }

cudaError_t cudaFuncGetAttributes(struct cudaFuncAttributes *a, const void *stub) {
    memset(a, 0, sizeof *a);
    a->maxThreadsPerBlock = 1024;
    a->numRegs = 32;
    a->binaryVersion = a->ptxVersion = 90;
    a->maxDynamicSharedSizeBytes = 227 << 10;
    return cudaSuccess;
}
cudaError_t cudaFuncSetAttribute(const void *stub, enum cudaFuncAttribute attribute, int value) { return cudaSuccess; }
cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int *n, const void *stub, int block, size_t shared, unsigned flags) { *n = 2; return cudaSuccess; }
cudaError_t cudaGetDriverEntryPoint(const char *name, void **function, unsigned long long flags, enum cudaDriverEntryPointQueryResult *result) {
    *function = 0;
    if (result) *result = cudaDriverEntryPointSymbolNotFound;
    return cudaSuccess;
}
