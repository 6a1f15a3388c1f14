# A stream in any other location keeps old workers for as long as its client
# likes.  They must give back their commit slots: otherwise, after enough
# reloads, every request would get a 503 for ever.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

# As many as used up all that there was, and more; ./dev reloads has 200.

my $RELOADS = $ENV{WHATSAUTH_RELOADS} || 25;

plan skip_all => 'each reload would be two' if $ENV{WHATSAUTH_HUP};

my $receiver = start_receiver();
my $nginx = start_nginx(callback_url => $receiver->url('/204'),
    allow => qr/worker process \d+ exited on signal 9/,
    location => 'whatsauth on; client_body_timeout 1h;',
    server => <<'END');
        location = /stream {
            client_body_timeout 1h;
            proxy_pass http://127.0.0.1:1;
        }
END

my @before = holdings();
my @streams;

# Each worker issues a code, and then gets a request whose body never ends.

my %answers;

sub use_and_hold {
    for my $worker (newest()) {
        my $client = $nginx->client($worker);

        $answers{$client->request($nginx->issue_request)->{status}}++;
        $client->send('POST', '/stream', { 'Content-Length' => 10 }, 'x');
        push @streams, $client;
    }
}


sub logged_in {
    my ($client, $title) = @_;

    my $code = $nginx->issue->{json}{code} // '';

    is $client->request($nginx->message_request(text_message(">>$code<<")))
        ->{status}, 200, $title;
    is +($receiver->wait_for($code) // {})->{json}{status}, 'validated',
        'and the callback comes';
}


# Two logins, and a code, begin in the first workers and end in the last.

my ($first, $second) = $nginx->workers;
my @late = map { late_message($_) } $first, $first, $second;

for my $n (1 .. $RELOADS) {
    use_and_hold();
    $nginx->reload(0);
}

use_and_hold();

is_deeply \%answers, { 200 => 2 * $RELOADS + 2 },
    "reloads - each of the new workers of $RELOADS has issued a code";
cmp_ok scalar $nginx->workers, '>=', 2 * $RELOADS, 'and the old ones are there';
logged_in($nginx->client((newest())[0]), 'reloads - a login works');

is_deeply [ holdings() ], \@before,
    'reloads - the master holds no more than before';

is_deeply [ seated() ], [ sort { $a <=> $b } newest() ],
    'reloads - each old worker has given its place in the ring back';

# Old workers serve what they have begun, again and again.

for my $late (@late) {
    $late->{client}->write($late->{rest});
    my $answer = $late->{client}->receive;

    is $answer->{status}, 200, 'an old worker - a late message is taken';
    is $answer->{worker}, $late->{worker}, 'and it was that one';
    is +($receiver->wait_for($late->{code}) // {})->{json}{status},
        'validated', 'and the callback comes';
}

ok wait_until(sub { 2 == seated() }),
    'an old worker - and its place is given back again';

# Old workers that are killed have left nothing that anybody misses.

my %newest = map { $_ => 1 } newest();
my @old = grep { !$newest{$_} } $nginx->workers;
kill 'KILL', @old;

ok wait_until(sub { 2 == $nginx->workers }, 30), 'old workers are killed';
logged_in($nginx->client, 'killed - a login works');
$nginx->reload(0);
logged_in($nginx->client, 'killed - and after a reload');

undef @streams;
$nginx->stop;
done_testing;


# The message of a login of which a part is still to come.

sub late_message {
    my ($worker) = @_;

    my $code = $nginx->issue->{json}{code};
    my ($method, $target, $headers, $body)
        = $nginx->message_request(text_message(">>$code<<"));
    my $client = $nginx->client($worker);

    $client->send($method, $target,
        { %$headers, 'Content-Length' => length $body }, substr $body, 0, 20);

    return { worker => $worker, code => $code, client => $client,
             rest => substr $body, 20 };
}


sub newest {
    my @workers = $nginx->workers;
    my %started = map { $_ => started($_) } @workers;

    return (sort { $started{$b} <=> $started{$a} } @workers)[0, 1];
}


# When a process was started, in ticks since the boot.

sub started {
    my ($pid) = @_;

    open my $in, '<', "/proc/$pid/stat" or return 0;
    my ($rest) = (<$in> // '') =~ /^\d+ \(.*\) (.*)/ or return 0;

    return (split ' ', $rest)[19] + $pid / 1e7;
}


# Workers that may be woken by others, because they have a place in the ring:
# those that listen to an eventfd of the master.

sub seated {
    my %eventfds = map { $_ => 1 } eventfds();

    return grep { grep { $eventfds{$_} } listens($_) } $nginx->workers;
}


sub eventfds {
    my $master = $nginx->pid;

    return map { m{(\d+)$} } grep { (readlink $_ // '') =~ /eventfd/ }
           glob "/proc/$master/fd/*";
}


sub listens {
    my ($pid) = @_;

    my @descriptors;

    for my $file (glob "/proc/$pid/fdinfo/*") {
        open my $in, '<', $file or next;
        push @descriptors, map { /^tfd:\s*(\d+)/ } <$in>;
    }

    return @descriptors;
}


# The numbers of eventfds and shared mappings of the master.

sub holdings {
    open my $in, '<', '/proc/' . $nginx->pid . '/maps' or die "maps: $!\n";
    my $shared = grep { /^\S+ ...s / } <$in>;

    return scalar(eventfds()), $shared;
}
