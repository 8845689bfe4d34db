/* The packet mill: sends datagrams when they are due, and notes those that arrive. Compiled when
 * measuring (mill.py), because 40 000 packets a second each way leave no time for anything else on
 * one processor. Knows nothing of calls: Python makes the packets, joins the calls, draws conclusions.
 *
 * Times are nanoseconds of CLOCK_REALTIME, which is also the clock of the kernel's timestamps.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>

enum { BATCH = 32, DATAGRAM = 2048, CONTROL = 128, EVENTS = 64, WAIT_MS = 20 };

struct departure {
    int64_t due;     /* since the beginning of the run */
    int64_t sent;    /* filled in: just before the system call */
    int64_t offset;  /* of the datagram in the buffer */
    int32_t socket;  /* connected */
    int32_t size;
};

struct arrival {
    int64_t at; /* when the kernel took it, whenever we came to read it */
    int32_t socket;
    uint32_t ssrc;
    uint16_t sequence;
    uint16_t size;
    uint32_t unused;
};

struct sink {
    int32_t epoll; /* its events carry the socket's number */
    int32_t up;    /* datagram socket to Python: 4 bytes socket, then the datagram */
    int32_t stop;
    int32_t sample; /* each so many RTP packets, one goes up as well */
    int64_t count;
    int64_t capacity;
    struct arrival *arrivals;
};

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* Send everything in order, each when it is due after `begin`; returns how many were refused. */
int64_t mill_send(int64_t begin, int64_t count, struct departure *departures, const uint8_t *buffer) {
    int64_t refused = 0;
    prctl(PR_SET_TIMERSLACK, 1000, 0, 0, 0);
    for (int64_t i = 0; i < count; i++) {
        struct departure *d = &departures[i];
        int64_t due = begin + d->due;
        if (due > now()) {
            struct timespec t = {due / 1000000000LL, due % 1000000000LL};
            while (clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &t, NULL) == EINTR) {
            }
        }
        d->sent = now();
        if (send(d->socket, buffer + d->offset, d->size, MSG_DONTWAIT) < 0) refused++;
    }
    return refused;
}

static int64_t arrived_at(struct msghdr *message) {
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_TIMESTAMPNS) {
            struct timespec t;
            memcpy(&t, CMSG_DATA(c), sizeof t);
            return t.tv_sec * 1000000000LL + t.tv_nsec;
        }
    }
    return now();
}

static void hand_up(int up, int32_t socket, const uint8_t *datagram, size_t size) {
    struct iovec parts[2] = {{&socket, sizeof socket}, {(void *)datagram, size}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    sendmsg(up, &message, MSG_DONTWAIT);
}

/* RTP: version 2, and not one of RTCP's packet types (RFC 5761 section 4). */
static int is_rtp(const uint8_t *datagram, size_t size) {
    return size >= 12 && datagram[0] >> 6 == 2 && !(datagram[1] >= 192 && datagram[1] <= 223);
}

static void note(struct sink *sink, int32_t socket, const uint8_t *packet, size_t size, int64_t at) {
    if (sink->count >= sink->capacity) return;
    struct arrival *a = &sink->arrivals[sink->count];
    a->at = at;
    a->socket = socket;
    a->sequence = packet[2] << 8 | packet[3];
    a->ssrc = (uint32_t)packet[8] << 24 | packet[9] << 16 | packet[10] << 8 | packet[11];
    a->size = size;
    if (sink->count % sink->sample == 0) hand_up(sink->up, socket, packet, size);
    sink->count++;
}

static void drain(struct sink *sink, int32_t socket) {
    static __thread uint8_t datagrams[BATCH][DATAGRAM];
    static __thread uint8_t controls[BATCH][CONTROL];
    struct mmsghdr messages[BATCH];
    struct iovec parts[BATCH];
    memset(messages, 0, sizeof messages);
    for (int i = 0; i < BATCH; i++) {
        parts[i].iov_base = datagrams[i];
        parts[i].iov_len = DATAGRAM;
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
        messages[i].msg_hdr.msg_control = controls[i];
        messages[i].msg_hdr.msg_controllen = CONTROL;
    }
    int received = recvmmsg(socket, messages, BATCH, MSG_DONTWAIT, NULL);
    for (int i = 0; i < received; i++) {
        size_t size = messages[i].msg_len;
        if (is_rtp(datagrams[i], size))
            note(sink, socket, datagrams[i], size, arrived_at(&messages[i].msg_hdr));
        else
            hand_up(sink->up, socket, datagrams[i], size);
    }
}

/* Have the kernel say when each datagram came; 0 when it agrees. */
int mill_timestamps(int32_t socket) {
    int yes = 1;
    return setsockopt(socket, SOL_SOCKET, SO_TIMESTAMPNS, &yes, sizeof yes);
}

/* Note RTP and hand everything else up until `stop` is set. */
void mill_receive(volatile struct sink *sink) {
    struct epoll_event events[EVENTS];
    while (!sink->stop) {
        int ready = epoll_wait(sink->epoll, events, EVENTS, WAIT_MS);
        for (int i = 0; i < ready; i++) drain((struct sink *)sink, events[i].data.fd);
    }
}
