#!/usr/bin/perl
#
# ./dev bench: each number that is promised, beside what the same nginx on the
# same machine does without the module.  Arguments: names of rows, else all.

use strict;
use warnings;

use FindBin ();
use lib $FindBin::Bin, "$FindBin::Bin/../lib";

use Bench;
use ColdSessions;
use Gate;
use Hosts;
use SessionCheck;
use Streams;
use Test::WhatsAuth;
use Test::WhatsAuth::Files qw( try_read_file );
use Test::WhatsAuth::Watched;
use Time::HiRes qw( sleep time );

my $LIVE = $ENV{BENCH_LIVE} // 10_000_000;
my $EXPIRING = $ENV{BENCH_EXPIRING} // 1_000_000;
my $WATCHES = $ENV{BENCH_WATCHES} // 10_000;

my @ROWS = (
    [ 'issue-256', \&issue_256 ],
    [ 'issue-64', \&issue_64 ],
    [ 'workers', \&workers ],
    [ 'messages', \&messages ],
    [ 'logins', \&whole_logins ],
    [ 'tls', \&fresh_tls ],
    [ 'tls-resumed', \&resumed_tls ],
    [ 'bytes', \&bytes ],
    [ 'mixed', \&mixed ],
    [ 'large', \&large ],
    [ 'expiry', \&expiry ],
    [ 'live', \&live ],
    [ 'watch', \&watch ],
    [ 'streams', sub { Streams::rows(\&row) } ],
    [ 'start-page', \&start_page ],
    [ 'gate', sub { Gate::rows(\&row) } ],
    [ 'cold-sessions', sub { ColdSessions::rows(\&row) } ],
    [ 'session-check', sub { SessionCheck::rows(\&row) } ],
    [ 'hosts', sub { Hosts::rows(\&row) } ],
);

my $missed = 0;
my %length;                     # of one request in a file of them

$SIG{INT} = $SIG{TERM} = sub { exit 130 };

main();


sub main {
    my %wanted = map { $_ => 1 } @ARGV;
    my %known = map { $_->[0] => 1 } @ROWS;
    my @unknown = grep { !$known{$_} } @ARGV;

    die "no such row: @unknown; there are: ",
        join(' ', map { $_->[0] } @ROWS), "\n" if @unknown;

    $| = 1;
    print machine(), "\n";
    printf "%-57s %-7s %-9s\n", 'what', 'target', 'measured';

    for my $row (@ROWS) {
        next if @ARGV && !$wanted{$row->[0]};
        print STDERR "== $row->[0]\n";
        $row->[1]->();
    }

    printf "\nload after %s\n", load_average();
    exit($missed ? 1 : 0);
}


sub machine {
    my ($cpu) = try_read_file('/proc/cpuinfo') =~ /^model name\s*:\s*(.*)/m;
    my $cpus = () = try_read_file('/proc/cpuinfo') =~ /^processor/mg;
    my ($nginx) = `nginx -v 2>&1` =~ m{(nginx/\S+)};

    return sprintf "%d x %s, %s, load before %s, %s s a run, %d rounds\n",
           $cpus, $cpu // 'CPU', $nginx, load_average(), $SECONDS, $ROUNDS;
}


sub load_average {
    my ($load) = try_read_file('/proc/loadavg') =~ /^(\S+)/;

    return $load;
}


# One line of the table.  $sign is >= or <=, or empty without a target.

sub row {
    my ($what, $sign, $target, $measured, $numbers) = @_;

    my $good = $sign eq '>=' ? $measured >= $target
               : $sign eq '<=' ? $measured <= $target : 1;
    $missed++ unless $good;

    printf "%-57s %-7s %-9s%-5s %s\n", $what, "$sign $target",
           sprintf($measured >= 100 ? '%.0f' : '%.2f', $measured),
           !$sign ? '' : $good ? 'ok' : 'MISS', $numbers;
}


sub rates {
    return sprintf '%.0f vs %.0f /s', @_;
}


sub milliseconds {
    return sprintf '%.2f vs %.2f ms', @_;
}


# Issuing

sub issue_256 {
    issue(256, 0.5);
}


sub issue_64 {
    issue(64, 0.33);
}


sub issue {
    my ($connections, $target) = @_;

    my $nginx = bench_nginx();
    warm_up($nginx);

    my ($ours, $theirs) = interleave(
        sub { issue_rate($nginx, $connections) },
        sub { wrk($nginx, '/json', connections => $connections)->{rate} });

    row("durable issue vs return 200, $connections connections", '>=',
        $target, $ours / $theirs, rates($ours, $theirs));
    bench_close($nginx);
}


sub issue_rate {
    my ($nginx, $connections) = @_;

    return wrk($nginx, $ISSUE, connections => $connections,
               token => 1)->{rate};
}


sub warm_up {
    my ($nginx) = @_;

    wrk($nginx, $ISSUE, token => 1, seconds => 1);
    wrk($nginx, '/json', seconds => 1);
}


sub workers {
    my @nginx = map { bench_nginx(workers => $_) } 8, 2;
    warm_up($_) for @nginx;

    my ($ours, $theirs) = interleave(
        map { my $nginx = $_; sub { issue_rate($nginx, 256) } } @nginx);

    row('issue with 8 workers vs with 2, 256 connections', '>=', 0.9,
        $ours / $theirs, rates($ours, $theirs));
    bench_close(@nginx);
}


# Messages.  Every one has a code of its own; they are loaded before, and come
# in random order: users take some seconds or a minute to send theirs.

sub messages {
    my $nginx = bench_nginx();
    my $file = $nginx->root . '/requests';
    my $count = message_warm_up($nginx, $file);

    my ($ours, $theirs) = interleave(
        sub { message_rate($nginx, $file, $count) },
        sub { read_rate($nginx, $file) });

    row('signed messages of 600 bytes vs the same body read', '>=', 0.4,
        $ours / $theirs, rates($ours, $theirs));

    my $ordered = median(map { message_rate($nginx, $file, $count, 1) }
                         1 .. $ROUNDS);
    row('the same with codes in the order of their issue', '', '',
        $ordered / $theirs, rates($ordered, $theirs));
    bench_close($nginx);
}


# Returns how many codes suffice for a run: twice what a short one takes.  If
# they do not, it ends before its time.

sub message_warm_up {
    my ($nginx, $file) = @_;

    load_messages($nginx, $file, 60_000);
    read_rate($nginx, $file, 1);

    my $run = wrk($nginx, '/api/v1/messages', connections => 256,
                  file => $file, length => $length{$file}, seconds => 1);
    return int(2 * $run->{rate} * $SECONDS);
}


sub read_rate {
    my ($nginx, $file, $seconds) = @_;

    return wrk($nginx, '/read', connections => 256, file => $file,
               length => $length{$file}, again => 1,
               seconds => $seconds)->{rate};
}


sub load_messages {
    my ($nginx, $file, $count, $ordered) = @_;

    $length{$file} = load($nginx, $count, on => 0, requests => $file,
                          pick => $count, ordered => $ordered // 0);
}


sub message_rate {
    my ($nginx, $file, $count, $ordered) = @_;

    load_messages($nginx, $file, $count, $ordered);
    return validated_rate($nginx, $file);
}


# An answer 200 alone does not say that a code was validated.

sub validated_rate {
    my ($nginx, $file) = @_;

    my $before = store_stat($nginx)->{waiting};
    my $run = wrk($nginx, '/api/v1/messages', connections => 256,
                  file => $file, length => $length{$file});
    my $validated = $before - store_stat($nginx)->{waiting};

    die "$run->{requests} messages validated only $validated codes\n"
        if $validated < $run->{requests} * 0.99;

    return $run->{rate};
}


# Logins

sub whole_logins {
    my ($site) = bench_site();
    my $nginx = bench_nginx(site => $site->port);

    my @ours = ("issue=$ISSUE", 'message=/api/v1/messages');
    my @theirs = qw( issue=/json message=/read callback=/proxy );

    logins($nginx, $site, 2000, '-', @theirs);
    my $count = int($SECONDS * logins($nginx, $site, 5000, '-',
                                      @ours)->{rate});

    my ($ours, $theirs) = interleave(
        sub { logins($nginx, $site, $count, '-', @ours)->{rate} },
        sub { logins($nginx, $site, $count, '-', @theirs)->{rate} });

    no_backlog($nginx);
    row('whole logins vs their requests through plain nginx', '>=', 0.4,
        $ours / $theirs, rates($ours, $theirs) . ", $count logins each");
    bench_close($nginx, $site);
}


# Nothing may wait or be under way any more, but for the code that
# bench_nginx() asked for and completions that are being stored.

sub no_backlog {
    my ($nginx) = @_;

    my $waiting = store_stat($nginx)->{waiting};

    die "$waiting codes still wait for their message\n" if $waiting > 1;
    wait_until { !open_callbacks($nginx) } 5
        or die "callbacks are left over\n";
}


sub open_callbacks {
    my ($nginx) = @_;

    my $store = $nginx->root . '/store';

    open my $out, '-|', "$TOP/build/whatsauth-store", 'dump', $store
        or die "whatsauth-store: $!\n";
    my $open = grep { /"state":"callback"/ } <$out>;
    close $out or die "whatsauth-store failed\n";

    return $open;
}


sub fresh_tls {
    tls('callbacks over fresh TLS vs proxy_pass, no keepalive', 'off');
}


sub resumed_tls {
    tls('the same, with sessions resumed', 'on');
}


sub tls {
    my ($what, $resume) = @_;

    my $ca = make_certificates();
    my ($site, $tls_port) = bench_site($ca->issue('bench.test'), $resume);
    my $dns = start_dns('bench.test' => ['127.0.0.1']);
    my $url = "https://bench.test:$tls_port/hook";

    my $nginx = bench_nginx(site => $site->port, callback_url => $url,
        tls => { port => $tls_port, ca => $ca->file, resume => $resume },
        more => 'resolver ' . $dns->address . ' ipv6=off valid=1h;'
            . ' whatsauth_callback_ssl_trusted_certificate ' . $ca->file
            . ';');

    my $codes = $nginx->root . '/codes';
    my $run = sub {
        my ($count, $step) = @_;
        load($nginx, $count, on => $ON_DECIDED, url => $url,
             codes => $codes, pick => $count);
        return logins($nginx, $site, $count, $codes, $step)->{rate};
    };

    my @steps = qw( message=/api/v1/messages callback=/proxy-tls );
    my $count = int($SECONDS * $run->(1000, $steps[1]));

    my ($ours, $theirs) = interleave(
        map { my $step = $_; sub { $run->($count, $step) } } @steps);

    row($what, '', '', $ours / $theirs, rates($ours, $theirs));
    $dns->stop;
    bench_close($nginx, $site);
}


# Size

sub bytes {
    my $nginx = bench_nginx();
    my $file = $nginx->root . '/requests';
    my $codes = 400_000;
    my $url = 'https://shop.example.com/webhooks/whatsauth?session=';
    $url .= 'x' x (100 - length $url);

    my $length = load($nginx, $codes, on => 0, url => $url,
                      requests => $file, pick => $codes / 4);
    my $stat = store_stat($nginx);
    row('bytes per code, callback_url of 100 bytes, waiting', '<=', 320,
        $stat->{used_pages} * $stat->{page_size} / $stat->{waiting},
        "$stat->{waiting} codes");

    wrk($nginx, '/api/v1/messages', connections => 256, file => $file,
        length => $length, seconds => 60);
    $stat = store_stat($nginx);

    die "only $stat->{messages} messages came in\n"
        if $stat->{messages} < $codes * 0.249;

    row('the same after messages on a quarter, at random', '<=', 500,
        $stat->{used_pages} * $stat->{page_size} / $stat->{records},
        "$stat->{messages} messages");
    bench_close($nginx);
}


# Latency of others

# p99 of a location while another is busy.  The probe asks at most a thousand
# times a second; a connection waits 8 ms before it asks again.

sub p99_beside {
    my ($nginx, $path, %load) = @_;

    my $busy = start_wrk($nginx, $path, threads => 1, connections => 256,
                         seconds => $SECONDS + 1, %load);
    sleep 0.5;
    my $probe = wrk($nginx, '/probe', threads => 1, connections => 8,
                    delay => 8);
    finish_wrk($busy);

    return $probe->{p99};
}


sub mixed {
    my $nginx = bench_nginx();
    warm_up($nginx);

    my ($ours, $theirs) = interleave(
        sub { p99_beside($nginx, $ISSUE, token => 1) },
        sub { p99_beside($nginx, '/json') });

    row('p99 of return 200 beside issue vs beside return 200', '<=', 2,
        $ours / $theirs, milliseconds($ours, $theirs));
    bench_close($nginx);
}


sub large {
    my $nginx = bench_nginx();
    my $file = $nginx->root . '/requests';
    my $length = large_message($file);
    warm_up($nginx);

    my ($ours, $theirs) = interleave(
        sub { p99_beside($nginx, '/api/v1/messages', connections => 4,
                         file => $file, length => $length, again => 1) },
        sub { p99_beside($nginx, '/json') });

    row('the same beside 3 MB messages vs beside return 200', '<=', 2,
        $ours / $theirs, milliseconds($ours, $theirs));
    bench_close($nginx);
}


# A thousand messages with codes that were never issued.
# Returns the length of the request.

sub large_message {
    my ($file) = @_;

    my $text = '>>0123456789<< ' . 'a long text ' x 200;
    my %metadata = (
        display_phone_number => $PHONE =~ tr/0-9//cdr,
        phone_number_id => '106540352242922',
    );

    my $body = meta_payload(map { {
        messaging_product => 'whatsapp',
        metadata => \%metadata,
        messages => [ {
            from => '56911111111',
            id => "wamid.$_",
            timestamp => '' . int(time),
            type => 'text',
            text => { body => $text },
        } ],
    } } 1 .. 1000);

    $body .= ' ' x (3_000_000 - length $body);

    open my $out, '>', $file or die "$file: $!\n";
    print $out "Host: bench\r\nContent-Type: application/json\r\n",
          'X-Hub-Signature-256: ', signature($body), "\r\n",
          'Content-Length: ', length $body, "\r\n\r\n", $body;
    close $out or die "$file: $!\n";

    return -s $file;
}


# Expiry

sub expiry {
    my $nginx = bench_nginx(app => 'callback_on validated failed;');
    my @took;
    warm_up($nginx);

    my $begun = time;
    load($nginx, int($EXPIRING / 10), on => $ON_DECIDED, lifetime => '1-1');
    my $wait = 3 + (time - $begun) * 15;
    await_expiry($nginx);

    my ($ours, $theirs) = interleave(
        sub {
            my $start = time + $wait;
            load($nginx, $EXPIRING, on => $ON_DECIDED,
                 until => int($start * 1000));
            die "loading took too long\n" if time > $start;
            sleep $start - time;

            my $p99 = issue_p99($nginx);
            await_expiry($nginx);
            push @took, time - $start;
            return $p99;
        },
        sub { issue_p99($nginx) });

    row("p99 of issue while $EXPIRING codes expire vs idle", '<=', 3,
        $ours / $theirs, milliseconds($ours, $theirs)
        . sprintf ', all expired within %.1f s', median(@took));
    bench_close($nginx);
}


sub issue_p99 {
    my ($nginx) = @_;

    return wrk($nginx, $ISSUE, threads => 1, connections => 8, delay => 8,
               token => 1)->{p99};
}


# Expiry has ended when the number of waiting codes stays the same without
# requests.

sub await_expiry {
    my ($nginx) = @_;

    my $last = -1;

    wait_until {
        my $waiting = store_stat($nginx)->{waiting};
        my $done = $waiting == $last;
        $last = $waiting;
        sleep 0.3 unless $done;
        $done;
    } 120 or die "the codes do not expire\n";
}


# Ten million live codes, some of which expire all the time

sub live {
    my ($many, $few) = map { bench_nginx(retain => '30s') } 1, 2;
    my ($many_file, $few_file) = map { $_->root . '/requests' } $many, $few;

    my $count = message_warm_up($few, $few_file);
    load($few, 10_000, on => 0, lifetime => '60-86400');

    my $begun = time;
    my $length = load($many, $LIVE, on => 0, lifetime => '60-86400',
        age => 600, batch => 5000, requests => $many_file,
        pick => $count * $ROUNDS);
    printf STDERR "   %d codes in %.0f s\n", $LIVE, time - $begun;
    warm_up($_) for $many, $few;

    my ($ours, $theirs) = interleave(
        map { my $nginx = $_; sub { issue_rate($nginx, 256) } } $many, $few);

    my $stat = store_stat($many);
    row("issue with $stat->{waiting} live codes vs with few", '>=', 0.9,
        $ours / $theirs, rates($ours, $theirs)
        . sprintf ', %.1f GB used', $stat->{used_pages} * 4096 / 1e9);

    my $round = 0;
    ($ours, $theirs) = interleave(
        sub { validated_rate($many, slice($many_file, $length, $round++)) },
        sub { message_rate($few, $few_file, $count) });

    row('messages with as many live codes, at random', '>=', 0.7,
        $ours / $theirs, rates($ours, $theirs));
    bench_close($many, $few);
}


# The part of a file of requests that one round uses.

sub slice {
    my ($file, $length, $round) = @_;

    my $count = int((-s $file) / $length / $ROUNDS);
    my $slice = "$file.slice";

    open my $in, '<', $file or die "$file: $!\n";
    open my $out, '>', $slice or die "$slice: $!\n";
    seek($in, $count * $length * $round, 0);

    for (1 .. $count) {
        read($in, my $request, $length);
        print $out $request;
    }

    close $out or die "$slice: $!\n";
    $length{$slice} = $length;
    return $slice;
}


# From a record that is decided to the worker that watches it, beside 10,000
# watches; the time has the commit in it, and up to a millisecond too much.

sub watch {
    my $why = Test::WhatsAuth::Watched->load;
    die "watch: $why\n" if $why;

    my $watched = Test::WhatsAuth::Watched->new;
    my $nginx = start_nginx(app => 'callback_on failed;', log_level => 'error',
                            server => $watched->location);

    my @codes = $watched->issue($nginx, $WATCHES);
    my ($one, $other) = $nginx->workers;

    $watched->watch($nginx, $one, @codes[0 .. $WATCHES / 2 - 1]);
    $watched->watch($nginx, $other, @codes[$WATCHES / 2 .. $WATCHES - 1]);

    for my $n (0 .. $WATCHES / 4) {
        $watched->decide($nginx, $codes[$n * 3]);
    }

    my $lost = $watched->missing;
    my ($median, $p99, $most) = $watched->latencies(0.5, 0.99, 1);

    row("p99 from a decision to its watch, $WATCHES watches, ms", '<=', 5,
        $lost ? 9999 : $p99,
        sprintf 'median %.2f, most %.2f, %d lost', $median, $most, $lost);

    delete $ENV{TEST_NGINX_LOAD_MODULES};
    bench_close($nginx);
}


# The page that a login begins with, beside a constant answer of as many bytes
# with the same headers.

sub start_page {
    my %option = (app => 'login on;',
                  server => 'location /login/ { whatsauth_login demo; }');

    my $nginx = bench_nginx(%option);
    my $page = $nginx->get('/login/');
    bench_close($nginx);
    die "the page answers $page->{status}\n" if $page->{status} != 200;

    $option{server} .= same_page($page);
    $nginx = bench_nginx(%option);
    check_same_page($page, $nginx->get('/page'));

    my ($ours, $theirs) = interleave(
        map { my $path = $_; sub { wrk($nginx, $path)->{rate} } }
        '/login/', '/page');

    row('start page vs return 200 of the same bytes', '>=', 0.8,
        $ours / $theirs,
        rates($ours, $theirs) . ', ' . length($page->{body}) . ' bytes');
    bench_close($nginx);
}


# nginx takes no word of more than 4096 bytes in a configuration.

sub same_page {
    my ($page) = @_;

    my %sent = %{ $page->{headers} };
    my $type = delete $sent{'content-type'};
    my @parts = map { 'x' x length } $page->{body} =~ /(.{1,3500})/sg;
    my $body = join '', map { "\$part$_" } 0 .. $#parts;

    delete @sent{qw( server date content-length connection )};

    return join "\n", 'location = /page {', 'default_type "";',
        "add_header Content-Type \"$type\";",
        (map { "add_header $_ \"$sent{$_}\";" } sort keys %sent),
        (map { "set \$part$_ $parts[$_];" } 0 .. $#parts),
        "return 200 $body;", '}';
}


sub check_same_page {
    my ($ours, $theirs) = @_;

    my @answers = map {
        my %headers = %{ $_->{headers} };
        delete $headers{date};
        length($_->{body}) . join ' ', map { "$_=$headers{$_}" }
                                       sort keys %headers;
    } $ours, $theirs;

    die "the answers differ:\n", join("\n", @answers), "\n"
        if $answers[0] ne $answers[1];
}
