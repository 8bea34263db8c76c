/* Counters of the device's work since the last reset. Budget.java reads them in this order. */
enum {
    LAUNCHES,       /* kernels */
    PRODUCTS,       /* matrix products of cuBLAS and cuBLASLt */
    SYNCHRONISATIONS, /* times the host waited for the device */
    COPIES_IN, BYTES_IN,         /* host to device */
    COPIES_OUT, BYTES_OUT,       /* device to host */
    COPIES_WITHIN, BYTES_WITHIN, /* device to device */
    FILLS,          /* memsets */
    ALLOCATIONS,    /* cudaMalloc; libtorch's allocator asks for large pieces */
    BYTES_NOW, BYTES_PEAK, /* allocated by cudaMalloc */
    REFUSED,        /* launches that a real device refuses */
    REPLAYED,       /* kernels and products of CUDA graphs, each time one is launched; that launch counts as one */
    FIELDS
};

int fakegpu_captured(void);
void fakegpu_product(const char *what, double flops);
