package Bench;

=head1 NAME

Bench - what the rows of ./dev bench share: servers, wrk, codes, medians

=head1 SYNOPSIS

    my $nginx = bench_nginx(workers => 2);
    my $run = wrk($nginx, '/json', connections => 256);
    say $run->{rate};

    my ($ours, $theirs) = interleave(sub { ... }, sub { ... });

=cut

use strict;
use warnings;

use Exporter qw( import );
use File::Path qw( remove_tree );
use JSON::PP ();
use List::Util qw( min );
use Test::WhatsAuth;
use Test::WhatsAuth::Client;
use Test::WhatsAuth::Nginx;
use Time::HiRes qw( sleep );

our @EXPORT = qw( bench_nginx bench_site bench_close wrk start_wrk finish_wrk
    load sessions store_stat logins interleave median output $SECONDS $ROUNDS
    $ISSUE $ON_DECIDED );

our $SECONDS = $ENV{BENCH_SECONDS} // 4;
our $ROUNDS = $ENV{BENCH_ROUNDS} // 3;

our $ISSUE = '/api/v1/verification_code';

# LEDGER_ON_VALIDATED and LEDGER_ON_FAILED.
our $ON_DECIDED = 1 | 4;

my $MAP = 16 * 1024 * 1024 * 1024;
my $THREADS = 2;
my $LUA = "$TOP/t/bench/request.lua";

# Has the length of the body for a real code, see same_answer().
my $JSON = '{"code":"e6e679fde1","link":"https://wa.me/+56943426553?text='
    . '%3E%3Ee6e679fde1%3C%3C%0AJust%20tap%20the%20%22send%22%20button.",'
    . '"deep_link":"whatsapp://send?text=%3E%3Ee6e679fde1%3C%3C%0AJust%20tap'
    . '%20the%20%22send%22%20button.&phone=+56943426553"}';


# Servers

# Options: workers, retain, callback_url, app (lines in the app), more (lines
# in http), server (lines there), site (the port of callbacks), tls (port and ca
# of the site's, and whether to resume: on or off), modules (files of Debian's
# modules), store (the arguments of whatsauth_store; LMDB in a folder of this
# nginx), allow (a pattern of lines that it may log).
#
# The baselines stand in the same server as the module.  nginx's `return`
# throws a body away; that of the echo module is the only handler in Debian
# that reads one as the module must, with nginx's own function, and then
# answers in C without a backend.

sub bench_nginx {
    my (%option) = @_;

    my $nginx = Test::WhatsAuth::Nginx->new(workers => 2, %option);
    my $root = $nginx->root;
    my $retain = $option{retain} // '1h';
    my $site = $option{site} // 1;
    my $store = $option{store} // "$root/store size=$MAP";

    my $app = whatsauth_app(
        callback_url => $option{callback_url} // "http://127.0.0.1:$site/hook",
        more => 'max_live 1000000000; ' . ($option{app} // ''));

    launch($nginx, <<"END", <<"END");
    whatsauth_store $store retain=$retain;
    @{[ $option{more} // '' ]}
    $app
END
        listen 127.0.0.1:@{[ $nginx->port ]} backlog=4096;

        location /api/v1/ {
            whatsauth on;
        }

        location = /json {
            default_type application/json;
            return 200 '$JSON';
        }

        location = /probe {
            return 200 ok;
        }

        location = /read {
            echo_read_request_body;
            echo -n '';
        }

        location = /proxy {
            proxy_pass http://127.0.0.1:$site/hook;
        }

        @{[ $option{tls} ? tls_location(%{ $option{tls} }) : '' ]}
        @{[ $option{server} // '' ]}
END

    same_answer($nginx);
    return $nginx;
}


sub tls_location {
    my (%tls) = @_;

    return <<"END";
location = /proxy-tls {
            proxy_pass https://127.0.0.1:$tls{port}/hook;
            proxy_ssl_name bench.test;
            proxy_ssl_server_name on;
            proxy_ssl_verify on;
            proxy_ssl_trusted_certificate $tls{ca};
            proxy_ssl_session_reuse $tls{resume};
        }
END
}


# A stand-in for the site that counts.  Also returns the port of https.

sub bench_site {
    my ($certificate, $key, $resume) = @_;

    my $nginx = Test::WhatsAuth::Nginx->new(workers => 1);
    my $tls_port = slot_port(19);

    my $tls = $certificate ? <<"END" : '';
        listen 127.0.0.1:$tls_port ssl backlog=4096;
        ssl_certificate $certificate;
        ssl_certificate_key $key;
        ssl_session_cache off;
        ssl_session_tickets $resume;
END

    launch($nginx, '', $tls . <<"END");
        listen 127.0.0.1:@{[ $nginx->port ]} backlog=4096;

        location = /hook {
            return 204;
        }

        location = /status {
            stub_status;
        }
END

    return $nginx, $tls_port;
}


sub launch {
    my ($nginx, $http, $server) = @_;

    my $root = $nginx->root;
    my @lines = ($nginx->main_lines, $nginx->http_lines =~ s/access_log.*//r);
    my $modules = join "\n", map { "load_module /usr/lib/nginx/modules/$_;" }
                  'ngx_http_echo_module.so', @{ $nginx->{modules} // [] };

    $nginx->write_config(<<"END");
$lines[0]
$modules
worker_processes $nginx->{workers};
worker_rlimit_nofile 20000;
error_log $root/error.log error;
pid $root/nginx.pid;

events {
    worker_connections 8192;
}

http {
$lines[1]
    access_log off;
    keepalive_requests 1000000000;
    keepalive_timeout 1h;
    $http

    server {
        $server
    }
}
END

    $nginx->launch;
}


# The baseline of issuing is worth its name only with the same answer.

sub same_answer {
    my ($nginx) = @_;

    # A store on other hosts is open a moment later.
    my $ours;
    wait_until { ($ours = $nginx->issue)->{status} == 200 };
    my $theirs = $nginx->get('/json');

    die "issue answers $ours->{status}: $ours->{body}\n"
        if $ours->{status} != 200;
    die "the answers differ:\n$ours->{body}\n$theirs->{body}\n"
        if length $ours->{body} != length $theirs->{body}
           || $ours->{headers}{'content-type'}
              ne $theirs->{headers}{'content-type'};
}


sub bench_close {
    for my $nginx (@_) {
        $nginx->end('QUIT') or die "nginx does not stop\n";
        my $allow = $nginx->{allow} // qr/(?!)/;
        my $log = join '', grep { !/$allow/ } split /^/, $nginx->error_log;
        remove_tree($nginx->root);
        die "nginx has logged:\n", substr($log, 0, 2000), "\n" if length $log;
    }
}


# Load

# Options: connections, threads, seconds, token (1: ask for codes), delay
# (milliseconds), file with length, again and method (POST): prepared requests,
# see request.lua; cpu: the only processor that wrk may use.  The hash has rate
# (a second), p99 (milliseconds), requests.

sub wrk {
    return finish_wrk(start_wrk(@_));
}


sub start_wrk {
    my ($nginx, $path, %option) = @_;

    my $connections = $option{connections} // 64;
    my $threads = min($option{threads} // $THREADS, $connections);
    my @pinned = defined $option{cpu} ? ('taskset', '-c', $option{cpu}) : ();
    my @headers = $option{token} ? ('-H', "Authorization: Bearer $TOKEN") : ();

    my $pid = open(my $out, '-|') // die "fork: $!\n";

    if ($pid == 0) {
        $ENV{BENCH_THREADS} = $threads;
        $ENV{BENCH_LINE} = ($option{method} // 'POST') . " $path";
        $ENV{'BENCH_' . uc} = $option{$_}
            for grep { defined $option{$_} } qw( file length again delay );

        open STDERR, '>&', \*STDOUT;
        exec @pinned, 'wrk', '-t', $threads, '-c', $connections, '-d',
             ($option{seconds} // $SECONDS) . 's', '--timeout', '30s',
             '-s', $LUA, @headers, 'http://127.0.0.1:' . $nginx->port . $path;
    }

    return { out => $out, path => $path };
}


sub finish_wrk {
    my ($run) = @_;

    my $out = $run->{out};
    my $said = join '', <$out>;
    close $out or die "wrk failed: $said\n";

    my ($json) = $said =~ /^(\{"requests".*\})$/m
        or die "wrk printed: $said\n";
    my $result = JSON::PP::decode_json($json);

    die "$run->{path}: $result->{status} answers were errors, ",
        "$result->{socket} connections failed\n"
        if $result->{status} || $result->{socket};

    $result->{$_} /= 1000 for qw( p50 p99 max );
    $result->{rate} = $result->{requests} / $result->{microseconds} * 1e6;
    return $result;
}


# Codes made by load.c; returns the length of one request in requests=FILE.

sub load {
    my ($nginx, $count, %option) = @_;

    $option{secret} //= $APP_SECRET;
    $option{map} = $MAP;

    my $said = output("$TOP/build/units/bench/load", $nginx->root . '/store',
                      $count, map { "$_=$option{$_}" } sort keys %option);
    chomp $said;
    return $said;
}


# Sessions made by sessions.c, likewise.

sub sessions {
    my ($nginx, $count, %option) = @_;

    $option{map} = $MAP;
    $option{batch} = 10_000;

    my $said = output("$TOP/build/units/bench/sessions",
                      $nginx->root . '/store', $count,
                      map { "$_=$option{$_}" } sort keys %option);
    chomp $said;
    return $said;
}


sub store_stat {
    my ($nginx) = @_;

    return JSON::PP::decode_json(output("$TOP/build/whatsauth-store", 'stat',
                                        $nginx->root . '/store'));
}


# The result of login.c for $count logins of these steps; rate is a second.
# Without a site nobody waits for callbacks.

sub logins {
    my ($nginx, $site, $count, $codes, @steps) = @_;

    my $result = JSON::PP::decode_json(output("$TOP/build/units/bench/login",
        $nginx->port, $site ? $site->port : 0, 256, $count, $TOKEN, $APP_SECRET,
        $codes, @steps));

    $result->{rate} = $count / $result->{seconds};
    return $result;
}


sub output {
    my (@command) = @_;

    open my $out, '-|', @command or die "$command[0]: $!\n";
    my $said = join '', <$out>;
    close $out or die "$command[0] failed\n";

    return $said;
}


# Calls both in turn, as many times as there are rounds, and returns the
# medians of what they return.

sub interleave {
    my ($ours, $theirs) = @_;

    my (@ours, @theirs);

    for (1 .. $ROUNDS) {
        push @theirs, $theirs->();
        sleep 0.3;
        push @ours, $ours->();
        sleep 0.3;
        print STDERR '   round ', scalar @ours, ': ',
              join(' vs ', map { sprintf '%.4g', $_ } $ours[-1], $theirs[-1]),
              "\n";
    }

    return median(@ours), median(@theirs);
}


sub median {
    my @sorted = sort { $a <=> $b } @_;

    return ($sorted[$#sorted / 2] + $sorted[@sorted / 2]) / 2;
}


1;
