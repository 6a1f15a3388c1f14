#!/usr/bin/perl
#
# ./dev harmless FOLDER [FILE...]: nginx's own tests, in a checkout of
# nginx-tests, with the installed nginx, four times: without the module, with
# it loaded, beside a busy server without it, and beside one that performs
# logins by it, by the API and in the page, whose sessions a gate lets in.  The
# same tests must fail and be skipped without and with it.
#
# Tests made for another version of nginx fail; only the comparison counts.

use strict;
use warnings;

use FindBin ();
use lib "$FindBin::Bin/../lib";

use File::Basename qw( basename );
use File::Temp qw( tempdir );
use IO::Socket::UNIX;
use JSON::PP qw( decode_json );
use POSIX ();
use TAP::Harness;
use Test::WhatsAuth;
use Time::HiRes qw( sleep );

my $NGINX = '/usr/sbin/nginx';
my $MODULES = '/usr/lib/nginx/modules';
my $LOAD = "load_module $TOP/build/ngx_http_whatsauth_module.so;";
my $JOBS = 2;

# One file may take so many seconds, and what differs is repeated so often.
my $PATIENCE = 100;
my $REPEATS = 3;

# It counts all that its nginx does, and so cannot be beside another server.
my $ALONE = qr{/stub_status\.t$};

# nginx-tests replaces its folder and the ports of 127.0.0.1.
my $ADDRESS = '127.0.0.1:8499';
my $LISTEN = <<"END_OF_LISTEN";
listen unix:%%TESTDIR%%/whatsauth.sock;
listen $ADDRESS;
access_log off;
location = /callback { return 204; }
END_OF_LISTEN

my %mode = (
    without => { globals => '', http => '' },
    loaded => { globals => $LOAD, http => '' },
    beside => {
        globals => '',
        http => "server {\n$LISTEN location /api/ { return 200; }\n"
                . "location /login/ { return 200; }\n"
                . "location /gated/ { empty_gif; }\n}\n",
        is_busy => 1,
    },
    busy => {
        globals => $LOAD,
        http => "whatsauth_store %%TESTDIR%%/whatsauth size=16m;\n"
                . whatsauth_app(callback_url => "http://$ADDRESS/callback",
                    more => 'login on; start_limit 65535/m 65535/h;')
                . "server {\n$LISTEN location /api/ { whatsauth on; }\n"
                . "location /login/ { whatsauth_login demo; }\n"
                . "location /gated/ { whatsauth_gate demo; empty_gif;\n"
                . "whatsauth_gate_numbers any; }\n}\n",
        is_busy => 1,
    },
);

my $folder;
my ($busy_pid, $busy_pipe);

$SIG{INT} = $SIG{TERM} = sub { exit 130 };

exit main(@ARGV);


sub main {
    my ($checkout, @names) = @_;

    my @files = @names ? map { "$checkout/" . basename($_) } @names
                : glob "$checkout/*.t";
    -f or die "$_: no such file\n" for @files;

    $| = 1;
    $folder = tempdir('whatsauth-XXXXXX', TMPDIR => 1, CLEANUP => 1);

    my %is_unequal = map { $_ => 1 }
        compare('without', 'loaded', @files),
        compare('beside', 'busy', grep { !/$ALONE/ } @files);
    my $failed = keys %is_unequal;

    printf "%d passed, %d failed\n", @files - $failed, $failed;
    return $failed ? 1 : 0;
}


# The files whose outcome depends on the module.  A file that depends on the
# moment differs once and not again.

sub compare {
    my ($plain, $ours, @files) = @_;

    return unless @files;

    my $expected = run_files($plain, @files);
    show($plain, $expected);
    complain($expected);

    my $got = run_files($ours, @files);
    show($ours, $got);
    die "nobody logged in\n"
        if $mode{$ours}{is_busy} && $got->{requests}
           && !($got->{logins} && $got->{sessions} && $got->{let_in});

    return grep { $expected->{said}{$_} ne $got->{said}{$_}
                  && differs_again($plain, $ours, $_, $expected, $got) } @files;
}


sub differs_again {
    my ($plain, $ours, $file, $expected, $got) = @_;

    print '!= ', basename($file), "\n",
        map { my ($name, $run) = @$_;
              map { "   $name: $_\n" } split(/\n/, $run->{said}{$file} || 'ok'),
                                        @{$run->{alerts}{$file} // []} }
        [ $plain, $expected ], [ $ours, $got ];

    for (1 .. $REPEATS) {
        my ($again, $with) = map { run_files($_, $file) } $plain, $ours;

        if ($again->{said}{$file} eq $with->{said}{$file}) {
            print "   equal when it was repeated\n";
            return 0;
        }
    }

    return 1;
}


# The complaints of each file: a line for each test that failed, or the reason
# why it was skipped.

sub run_files {
    my ($name, @files) = @_;

    my $mode = $mode{$name};
    my (%failed, %alerts);

    local $ENV{TMPDIR} = $folder;
    local $ENV{TEST_NGINX_BINARY} = $NGINX;
    local $ENV{TEST_NGINX_MODULES} = $MODULES;
    local $ENV{TEST_NGINX_GLOBALS} = "user root; $mode->{globals}";
    local $ENV{TEST_NGINX_GLOBALS_HTTP} = $mode->{http};

    my $harness = TAP::Harness->new({
        verbosity => -3,
        jobs => @files > 1 ? $JOBS : 1,
        merge => 1,
        exec => [ 'timeout', $PATIENCE, $^X ],
    });

    $harness->callback(made_parser => sub {
        my ($parser, $test) = @_;
        $parser->callback(test => sub {
            my ($result) = @_;
            push @{$failed{$test->[0]}}, $result->as_string
                if !$result->is_ok;
        });
        $parser->callback(comment => sub {
            my ($comment) = @_;
            push @{$alerts{$test->[0]}}, $comment->as_string =~ /(\[alert\].*)/;
        });
    });

    keep_busy() if $mode->{is_busy};
    my $aggregate = $harness->runtests(@files);
    my ($requests, $logins, $sessions, $let_in) = be_idle();

    return {
        tests => $aggregate->total,
        requests => $requests,
        logins => $logins,
        sessions => $sessions,
        let_in => $let_in,
        alerts => \%alerts,
        said => { map {
            my ($parser) = $aggregate->parsers($_);
            $_ => join "\n", how_it_ended($parser), @{$failed{$_} // []};
        } @files },
    };
}


sub how_it_ended {
    my ($parser) = @_;

    return 'skipped: ' . ($parser->skip_all || 'no reason')
        if defined $parser->skip_all;

    my $planned = $parser->tests_planned // 'no plan';
    return 'not whole: ' . $parser->tests_run . " of $planned"
        if $planned ne $parser->tests_run;

    return;
}


sub show {
    my ($name, $run) = @_;

    my @said = grep { length } values %{$run->{said}};
    my @skipped = grep { /^skipped/ } @said;
    my $not_ok = map { /^not ok/mg } @said;

    printf "== %s: %d tests ran, %d failed in %d files, %d files skipped\n",
        $name, $run->{tests}, $not_ok, @said - @skipped, scalar @skipped;
    print "   $run->{requests} requests beside them, $run->{logins} logins, ",
        "$run->{sessions} of them in pages, $run->{let_in} let in by a gate\n"
        if $mode{$name}{is_busy};
}


sub complain {
    my ($run) = @_;

    for my $file (sort keys %{$run->{said}}) {
        print '  ', basename($file), ": $_\n"
            for grep { !/^skipped/ } split /\n/, $run->{said}{$file};
    }
}


# Where one of our sockets is, somebody logs in: by the API, and in the page
# that a gate showed.

sub keep_busy {
    pipe $busy_pipe, my $report or die "pipe(): $!\n";
    $busy_pid = fork // die "fork(): $!\n";
    return if $busy_pid;

    my ($requests, $logins, $sessions, $let_in) = (0, 0, 0, 0);

    $SIG{INT} = 'DEFAULT';
    $SIG{PIPE} = 'IGNORE';
    $SIG{TERM} = sub {
        syswrite $report, "$requests $logins $sessions $let_in";
        POSIX::_exit(0);
    };

    for (;;) {
        for my $path (glob "$folder/nginx-test-*/whatsauth.sock") {
            my $code = ask_code($path);
            $requests += 2;
            $logins++ if send_message($path, $code // '0' x 10) && $code;

            $requests += 6;
            my $session = log_in_at_page($path) or next;
            $logins++;
            $sessions++;

            $requests += 3;
            $let_in += is_let_in($path, $session);
        }
        sleep 0.01;
    }
}


# The numbers of requests, logins, logins in the page, and those of them that a
# gate has let in.

sub be_idle {
    return (0, 0, 0, 0) unless $busy_pid;

    kill 'TERM', $busy_pid;
    waitpid $busy_pid, 0;
    undef $busy_pid;

    sysread $busy_pipe, my $report, 100;
    return split / /, $report // '0 0 0 0';
}


sub ask_code {
    my ($path) = @_;

    my $answer = request($path, 'GET', '/api/verification_code',
                         "Authorization: Bearer $TOKEN\r\n");
    my ($body) = $answer =~ /\r\n\r\n(\{.*\})/s or return;

    return decode_json($body)->{code};
}


sub send_message {
    my ($path, $code) = @_;

    my $body = text_message(">>$code<<");
    my $header = 'X-Hub-Signature-256: ' . signature($body) . "\r\n"
                 . "Content-Type: application/json\r\n"
                 . 'Content-Length: ' . length($body) . "\r\n";

    return request($path, 'POST', '/api/messages', $header, $body)
           =~ / 200 OK/;
}


# The cookie of the session.  A stream is open while the message comes.

sub log_in_at_page {
    my ($path) = @_;

    my $own = "Sec-Fetch-Site: same-origin\r\n";
    request($path, 'GET', '/gated/', "Sec-Fetch-Mode: navigate\r\n"
            . "Sec-Fetch-Dest: document\r\nAccept: text/html\r\n");

    my ($cookie) = request($path, 'POST', '/login/start', $own)
                   =~ /^Set-Cookie: (wa-claim-demo=[\w-]+)/m;
    my $with = 'Cookie: ' . ($cookie // 'none=') . "\r\n";

    my ($code) = request($path, 'GET', '/login/', $with)
                 =~ /&gt;&gt;(\w+)&lt;&lt;/;
    my $stream = begin($path, 'GET', '/login/status',
                       $with . "Accept: text/event-stream\r\n");

    send_message($path, $code // '0' x 10);
    my $told = in_time(sub { join '', <$stream> });

    my ($session) = request($path, 'POST', '/login/finish', $own . $with)
                    =~ /^Set-Cookie: (wa-demo=[\w-]+)/m;

    return $told =~ /"validated"/ ? $session : undef;
}


# As long as the session goes on, and not after its end.

sub is_let_in {
    my ($path, $session) = @_;

    my @gated = ($path, 'GET', '/gated/', "Cookie: $session\r\n");
    my $answer = request(@gated);

    request($path, 'POST', '/login/logout',
            "Sec-Fetch-Site: same-origin\r\nCookie: $session\r\n");

    return $answer =~ /^GIF89a/m && request(@gated) =~ / 401 / ? 1 : 0;
}


sub request {
    my ($path, @request) = @_;

    return in_time(sub { join '', readline begin($path, @request) });
}


sub begin {
    my ($path, $method, $uri, $header, $body) = @_;

    my $socket = IO::Socket::UNIX->new(Peer => $path) or return;
    print $socket "$method $uri HTTP/1.0\r\nHost: 127.0.0.1\r\n$header\r\n",
        $body // '';

    return $socket;
}


# A server that goes away leaves us without a response.

sub in_time {
    my ($read) = @_;

    my $answer = '';

    eval {
        local $SIG{ALRM} = sub { die "late\n" };
        local $SIG{__WARN__} = sub { };
        Time::HiRes::alarm(1);
        $answer = $read->();
    };
    Time::HiRes::alarm(0);

    return $answer;
}


END {
    be_idle();
}
