# A new nginx takes over from a running one: USR2, WINCH, QUIT.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my $receiver = start_receiver();
my $nginx = start_nginx(callback_url => $receiver->url('/204'),
    allow => qr/did not answer/);

my $old = $nginx->pid;
my ($one_old) = $nginx->workers;
my @codes = map { $nginx->issue->{json}{code} } 1 .. 5;

sub validated {
    my ($code, $title) = @_;

    is $nginx->message(text_message(">>$code<<"))->{status}, 200, $title;
    is +($receiver->wait_for($code) // {})->{json}{status}, 'validated',
        'and validated';
}

ok $nginx->upgrade,
    'binary upgrade - the new nginx runs beside the old one';

my %new = map { $_ => 1 } $nginx->workers;

# Both generations serve connections from one store.

validated($codes[0], 'binary upgrade - a code of the old one');
my ($worker) = keys %new;
is $nginx->client($worker)->request($nginx->message_request(
    text_message(">>$codes[1]<<")))->{status}, 200,
    'binary upgrade - a code of the old one, sent to the new one';
is +($receiver->wait_for($codes[1]) // {})->{json}{status}, 'validated',
    'and validated';

# An old worker that is kept by its client commits beside the new ones.

my ($method, $target, $headers, $body)
    = $nginx->message_request(text_message(">>$codes[4]<<"));
my $late = $nginx->client($one_old);
$late->send($method, $target,
    { %$headers, 'Content-Length' => length $body }, substr $body, 0, 20);

kill 'WINCH', $old;
validated($codes[2], 'binary upgrade - the old workers go');

$late->write(substr $body, 20);
my $answer = $late->receive;
is $answer->{status}, 200, 'binary upgrade - the message of an old worker';
is $answer->{worker}, $one_old, 'is taken by it';
is +($receiver->wait_for($codes[4]) // {})->{json}{status}, 'validated',
    'and validated';

kill 'QUIT', $old;
ok wait_until(sub { !kill 0, $old or is_zombie($old) }), 'and their master';
validated($codes[3], 'binary upgrade - the new nginx is alone');
validated($nginx->issue->{json}{code}, 'and issues codes of its own');

is scalar $receiver->requests, 6, 'binary upgrade - each was called once';

$nginx->stop;
done_testing;


sub is_zombie {
    my ($pid) = @_;

    open my $in, '<', "/proc/$pid/stat" or return 1;
    return (<$in> // '') =~ /^\d+ \(.*\) Z/;
}
