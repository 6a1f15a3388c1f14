package Hosts;

=head1 NAME

Hosts - the rows of ./dev bench on a store in Valkey or Redis

=head1 DESCRIPTION

C<Hosts::rows($row)> measures all of them and calls $row for each, with the
arguments of C<row()> in bench.pl.

Beside each store stands LMDB, with the same nginx and the same client.  The
servers take their part of the same processors.

=cut

use strict;
use warnings;

use Bench;
use List::Util qw( shuffle sum );
use Test::WhatsAuth;
use Test::WhatsAuth::Process qw( processor_seconds );
use Test::WhatsAuth::Valkey;
use Time::HiRes qw( time );

my $CONNECTIONS = 256;
my $EVENTS = 500;

my $MESSAGES = '/api/v1/messages';


sub rows {
    my ($row) = @_;

    my $why = Test::WhatsAuth::Valkey::why_not();
    die "hosts: $why\n" if $why;

    my $alone = start_valkey();
    beside_lmdb($row, 'one server', 0.5, $alone, 0);
    $alone->stop;

    my $plant = start_valkey(replicas => 1);
    beside_lmdb($row, 'with a replica', 0.35, $plant, 1);
    two_hosts($row, store($plant, 1));
    events($row, store($plant, 1));
    $plant->stop;

    return;
}


sub store {
    my ($plant, $replicas) = @_;

    return 'valkey://' . $plant->primary->address . " replicas=$replicas";
}


# A server that shares the processors with its load may need longer than WAIT.

sub nginx {
    my ($store, %option) = @_;

    my $nginx = bench_nginx(store => $store, app => 'callback_on failed;',
                            allow => qr/ \d+ replicas answer/, %option);
    wrk($nginx, $ISSUE, token => 1, seconds => 1);

    return $nginx;
}


sub beside_lmdb {
    my ($row, $what, $target, $plant, $replicas) = @_;

    my ($ours, $theirs) = (nginx(store($plant, $replicas)), nginx());
    my @count = (sub { waiting($plant) },
                 sub { store_stat($theirs)->{waiting} });
    my %cost;

    my @issued = interleave(map { my $nginx = $_; sub {
        my ($rate, $cost) = issue($nginx);
        push @{ $cost{$nginx} }, $cost;
        return $rate;
    } } $ours, $theirs);

    $row->("issue, $what, vs LMDB", '>=', $target, $issued[0] / $issued[1],
           rates(@issued));

    my @cost = map { median(@{ $cost{$_} }) } $ours, $theirs;
    $row->('processor time of the workers for it, vs LMDB', '<=', 1.3,
           $cost[0] / $cost[1], sprintf '%.1f vs %.1f us', @cost);

    my $number = int($SECONDS * $issued[0]);
    my @posted = interleave(sub { messages($ours, $number, $count[0]) },
                            sub { messages($theirs, $number, $count[1]) });

    $row->("messages, $what, vs LMDB", '>=', $target,
           $posted[0] / $posted[1], rates(@posted) . ", $number each");
    bench_close($ours, $theirs);
}


sub rates {
    return sprintf '%.0f vs %.0f /s', @_;
}


# Returns the rate, and the microseconds that the workers took for each.

sub issue {
    my ($nginx) = @_;

    my @workers = $nginx->workers;
    my $before = sum(map { processor_seconds($_) } @workers);
    my $run = wrk($nginx, $ISSUE, connections => $CONNECTIONS, token => 1);
    my $took = sum(map { processor_seconds($_) } @workers) - $before;

    return ($run->{rate}, 1e6 * $took / $run->{requests});
}


# The codes come in random order: users take some seconds or a minute.  An
# answer 200 alone does not say that a code was validated.

sub messages {
    my ($nginx, $number, $waiting) = @_;

    my $codes = $nginx->root . '/codes';

    logins($nginx, undef, $number, $codes, "issue=$ISSUE");
    mix($codes);
    my $before = $waiting->();
    my $rate = logins($nginx, undef, $number, $codes,
                      "message=$MESSAGES")->{rate};
    my $validated = $before - $waiting->();

    die "$number messages validated $validated codes\n"
        if $validated < $number * 0.99;

    return $rate;
}


# The sum of what the partitions count.

sub waiting {
    my ($plant) = @_;

    my $server = $plant->primary;

    return sum(0, map { $server->call('HGET', $_, 'wdemo') // 0 }
                  @{ $server->call('KEYS', 'wa:*:apps') });
}


sub mix {
    my ($file) = @_;

    open my $in, '<', $file or die "$file: $!\n";
    my @lines = shuffle(<$in>);
    open my $out, '>', $file or die "$file: $!\n";
    print $out @lines;
    close $out or die "$file: $!\n";
}


# At a rate that leaves the processors idle, since both hosts share them: each
# of 32 connections asks 50 times a second.

sub two_hosts {
    my ($row, $store) = @_;

    my @hosts = map { nginx($store, workers => 1) } 1, 2;

    my ($both, $alone) = interleave(
        sub { rate_of(@hosts) / 2 }, sub { rate_of($hosts[0]) });

    $row->('issue at each of two hosts vs at one alone', '>=', 0.9,
           $both / $alone, rates($both, $alone));
    bench_close(@hosts);
}


sub rate_of {
    my @runs = map { start_wrk($_, $ISSUE, connections => 32, threads => 1,
                               delay => 20, token => 1) } @_;

    return sum(map { finish_wrk($_)->{rate} } @runs);
}


# From the response to the message at one host to the event at the other.

sub events {
    my ($row, $store) = @_;

    my ($here, $there) = map { nginx($store,
        app => 'login on; callback_on failed;',
        more => 'whatsauth_streams 1000 per_address=1000;') } 1, 2;
    my @logins = map { $here->issue(claim => 1) } 1 .. $EVENTS;
    my @streams = map { stream($here, $_) } @logins;
    my $sender = $there->client;
    my @times;

    for my $n (0 .. $#logins) {
        $sender->request($there->message_request(
            text_message(">>$logins[$n]{json}{code}<<")));
        push @times, 1000 * await_event($streams[$n], time);
    }

    @times = sort { $a <=> $b } @times;
    my $lost = grep { $_->{data} !~ /"validated"/ } @streams;

    $row->('p99 from a message at one host to its event at another, ms',
           '<=', 100, $lost ? 9999 : $times[0.99 * $#times],
           sprintf 'median %.2f, most %.2f, %d lost', $times[$#times / 2],
           $times[-1], $lost);
    @streams = ();
    bench_close($here, $there);
}


sub stream {
    my ($nginx, $login) = @_;

    my $client = $nginx->client;

    $client->send('GET', '/api/v1/claim', { Accept => 'text/event-stream',
        Authorization => "Bearer $login->{headers}{'whatsauth-claim'}" });
    $client->fill;

    return $client;
}


# Beats may stand before the event, which may stand before the response.

sub await_event {
    my ($stream, $from) = @_;

    1 while $stream->{data} !~ /"validated"/ && $stream->fill;

    return time - $from;
}


1;
