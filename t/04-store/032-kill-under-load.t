# Workers are killed while logins go on: every request that got a 200 leads to
# its result.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Files qw( try_read_file );
use Time::HiRes qw( sleep time );

my $CLIENTS = 4;
my $SECONDS = 3;

# The site is an nginx of its own, whose log is the list of what it heard.

my $site = start_nginx(plain => 1, apps => '', location => 'return 404;',
    http => 'log_format id "$http_webhook_id";',
    server => 'location = /heard { access_log ' . slot_folder()
              . '/heard id; return 204; }');

my $nginx = start_nginx(
    callback_url => 'http://127.0.0.1:' . $site->port . '/heard',
    http => 'whatsauth_callback_timeout 500ms;',
    app => 'callback_retry 200ms 200ms 200ms 200ms 200ms 200ms 200ms;',
    allow => qr/worker process \d+ exited on signal 9|did not answer/);

my @clients = map { client($_) } 1 .. $CLIENTS;
my $killed = 0;
my $end = time + $SECONDS;

while (time < $end) {
    sleep 0.3;
    my @workers = $nginx->workers;
    $nginx->kill_worker($workers[$killed++ % 2]);
}

waitpid $_, 0 for @clients;
cmp_ok $killed, '>=', 4, 'kill under load - several workers were killed';

my (%issued, %accepted, %odd);

for my $line (split /\n/,
              join '', map { try_read_file(ledger($_)) } 1 .. $CLIENTS)
{
    my ($what, $id) = split / /, $line;
    ($what eq 'issued' ? $issued{$id} : $what eq 'accepted' ? $accepted{$id}
                       : $odd{$line})++;
}

is_deeply \%odd, {}, 'kill under load - nobody hears an error';
cmp_ok scalar keys %accepted, '>=', 50, 'many logins went on meanwhile';
note keys(%accepted) . " messages accepted, $killed workers killed";

my @lost;
wait_until {
    my %heard = map { $_ => 1 }
                split /\n/, try_read_file(slot_folder() . '/heard');
    @lost = grep { !$heard{$_} } keys %accepted;
    !@lost;
} 15;
is_deeply \@lost, [], 'kill under load - each accepted message is called back';

my %status = map { $_->{id} => $_->{status} } $nginx->records;
is_deeply [ grep { !$status{$_} } keys %issued ], [],
    'kill under load - each issued code is stored';
is_deeply [ grep { $status{$_} ne 'validated' } keys %accepted ], [],
    'and each accepted one validated';

is $nginx->store_says('check'), "ok\n",
    'kill under load - the store is sound';

$nginx->stop;
$site->stop;
done_testing;


sub ledger {
    my ($n) = @_;

    return slot_folder() . "/ledger-$n";
}


# Logs in again and again, and writes down what it was promised.  A connection
# whose worker was killed has promised nothing.

sub client {
    my ($n) = @_;

    my $pid = fork // die "fork: $!\n";
    return $pid if $pid;

    open my $out, '>', ledger($n) or die;
    my $until = time + $SECONDS;

    while (time < $until) {
        my $issued = eval { $nginx->issue } // next;
        my $id = $issued->{headers}{'whatsauth-id'};
        note_answer($out, 'issued', $issued, $id) or next;

        my $body = text_message(">>$issued->{json}{code}<<");
        my $taken = eval { $nginx->message($body) } // next;
        note_answer($out, 'accepted', $taken, $id);
    }

    close $out;
    require POSIX;
    POSIX::_exit(0);
}


sub note_answer {
    my ($out, $what, $answer, $id) = @_;

    return 0 if $answer->{status} == 0;
    syswrite $out, $answer->{status} == 200 ? "$what $id\n"
                                            : "$what-$answer->{status}\n";
    return $answer->{status} == 200;
}
