# Each fault that a server, a cluster or a cable can have, in the middle of
# logins: an answer is right, or 503; nothing that was acknowledged is lost; and
# when the fault is over everything goes on by itself.

use strict;
use warnings;

use lib 't/lib';
use List::Util qw( sum0 );
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Pair;
use Test::WhatsAuth::Valkey;
use Test::WhatsAuth::ValkeyProxy;
use Time::HiRes qw( time );

if (my $why = Test::WhatsAuth::Valkey::why_not()) {
    plan skip_all => $why;
}

my $LOGINS = 5;

my $valkey = start_valkey(replicas => 1);
my $proxy = Test::WhatsAuth::ValkeyProxy->start($valkey->primary);
my $pair = start_pair($valkey, place => 'valkey://' . $proxy->address,
    faults => 1, timeout => '3s');
my ($one, $other) = $pair->hosts;
my $before = $pair->log_in;
my @all = ($before);

# Each happens to three commands of a kind, and is over then.

my @ERRORS = qw( BUSY CLUSTERDOWN LOADING MASTERDOWN MISCONF NOREPLICAS NOSCRIPT
    OOM READONLY TRYAGAIN );

my @CASES = (
    (map { [ "$_ for a script", on => 'EVALSHA', error => $_ ],
           [ "$_ for a read", on => 'GET', error => $_ ] } @ERRORS),
    [ 'OOM for the mark', on => 'PEXPIRE', error => 'OOM' ],
    [ 'LOADING for WAIT', on => 'WAIT', error => 'LOADING' ],
    [ 'MOVED to itself', on => 'EVALSHA',
      reply => '-MOVED 3999 ' . $proxy->address ],
    [ 'MOVED to nobody', on => 'EVALSHA', reply => '-MOVED 3999 127.0.0.1:1' ],
    [ 'ASK to itself', on => 'EVALSHA',
      reply => '-ASK 3999 ' . $proxy->address ],
    [ 'a script that is done, READONLY', on => 'EVALSHA',
      done_but => '-READONLY it was done' ],
    [ 'WAIT that counts none', on => 'WAIT', done_but => ':0' ],
    [ 'WAIT that says nonsense', on => 'WAIT', done_but => '+OK' ],
    [ 'WAIT below zero', on => 'WAIT', done_but => ':-1' ],
    [ 'a script that says nonsense', on => 'EVALSHA', done_but => ':77' ],
    [ 'a record that is nonsense', on => 'GET', done_but => "\$3\r\nabc" ],
    [ 'a reply too many', on => 'EVALSHA', more => ':1' ],
    [ 'a reply too many, of WAIT', on => 'WAIT', more => ':1' ],
    [ 'no bytes of RESP', on => 'EVALSHA', reply => "HTTP/1.1 200 OK\r\n" ],
    [ 'a script that was done, then the end', on => 'EVALSHA', keep => 0 ],
    [ 'half of its reply, then the end', on => 'EVALSHA', keep => 2 ],
    [ 'its reply, then the end', on => 'EVALSHA', keep => 4 ],
    [ 'half of its reply, then silence', on => 'EVALSHA', keep => 2,
      then => 'silence' ],
    [ 'a mark, then silence', on => 'PEXPIRE', keep => 0,
      then => 'silence' ],
    [ 'half of WAIT, then the end', on => 'WAIT', keep => 1 ],
    [ 'half of WAIT, then silence', on => 'WAIT', keep => 1,
      then => 'silence' ],
    [ 'half of a record, then the end', on => 'GET', keep => 20 ],
    [ 'a script that is lost', on => 'EVALSHA', lost => 1 ],
    [ 'a read that is lost', on => 'GET', lost => 1 ],
    [ 'a reply that is late', on => 'EVALSHA', delay => 700 ],
    (map { [ "the end after $_ bytes of a script", on => 'EVALSHA',
             part => $_ ] } 0, 1, 30, 100, 300),
    [ 'the end after a part of WAIT', on => 'WAIT', part => 10 ],
);

for my $case (@CASES) {
    my ($name, %fault) = @$case;

    $proxy->fault(%fault, times => 3);

    my $began = time;
    my @logins = map { eval { $pair->log_in } // { failed => $@ } }
                 1 .. $LOGINS;

    is scalar(grep { defined $_->{failed} } @logins), 0,
        "$name - everybody gets in"
        or diag map { $_->{failed} // () } @logins;
    ok $proxy->used, "it happened, and cost "
        . sprintf '%d retries and %.1f s', sum0(map { $_->{retries} } @logins),
                  time - $began;
    $proxy->heal;

    push @all, @logins;
}

$pair->holds('all of them are known, on both hosts, and called for', @all);

# Faults that do not end.  A server that only moves its scripts still answers
# reads.

for my $case (
    [ 'MOVED in circles', qr/^(?:200|503)\z/, on => 'EVALSHA',
      reply => '-MOVED 3999 ' . $proxy->address ],
    [ 'a server that has nothing to say', qr/^503\z/, on => '*', lost => 1 ],
    [ 'a replica that never confirms', qr/^503\z/, on => 'WAIT',
      done_but => ':0' ],
    [ 'a password that is not good any more', qr/^503\z/, on => '*',
      error => 'NOAUTH' ],
) {
    my ($name, $read, %fault) = @$case;

    $proxy->fault(%fault);

    my $began = time;
    my @answers = map { $_->issue } $one, $other;

    is join(' ', map { $_->{status} } @answers), '503 503', "$name - no code";
    cmp_ok time - $began, '<', 12, 'nobody waits longer than the timeout';
    like $other->get("/api/v1/verification/$before->{id}",
                     { Authorization => "Bearer $TOKEN" })->{status}, $read,
        'nor is a read answered by what may be lost';

    $proxy->heal;
    $pair->wait_until_open;
    $pair->holds("$name, over - what was there is there", $pair->log_in);
}

$pair->stop;
$proxy->stop;
$valkey->stop;

done_testing;
