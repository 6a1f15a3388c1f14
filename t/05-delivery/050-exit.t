# Workers that go while callbacks are on their way leave none behind.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my $MANY = 50;

# The site answers when the test lets it.

my $receiver = start_receiver();
my $nginx = start_nginx(callback_url => $receiver->url('/gate'),
    http => 'whatsauth_callback_inflight 128 per_host=64;'
            . 'whatsauth_callback_timeout 60s;',
    server => 'location = /status { stub_status; }');

sub start_callbacks {
    $receiver->close_gate;

    my @issued = $nginx->together(map { [ $nginx->issue_request ] } 1 .. $MANY);
    my $before = () = $receiver->requests;

    $nginx->together(map {
        [ $nginx->message_request(text_message(">>$_->{json}{code}<<")) ]
    } @issued);

    wait_until { $MANY + $before == (() = $receiver->requests) } 30;

    return map { $_->{headers}{'whatsauth-id'} } @issued;
}

sub all_are_delivered {
    my ($title, @ids) = @_;

    my %state;
    wait_until {
        %state = map { $_->{id} => "$_->{status} $_->{state} $_->{attempts}" }
                 $nginx->records;
        !grep { $state{$_} =~ /callback/ } @ids
    } 30;

    my %count;
    $count{ $state{$_} }++ for @ids;
    is_deeply \%count, { 'validated kept 1' => $MANY },
        "$title - all are delivered at the first attempt";

    my %heard;
    $heard{ $_->{headers}{'webhook-id'} }++ for $receiver->requests;
    is scalar(grep { ($heard{$_} // 0) == 1 } @ids), $MANY,
        'and each site hears once';
}

my @ids = start_callbacks();
is @ids, $MANY, 'HUP - callbacks are on their way';
my %old = map { $_ => 1 } $nginx->workers;
$nginx->reload(0);
cmp_ok scalar(grep { $old{$_} } $nginx->workers), '>=', 1,
    'HUP - old workers stay for them';
is $nginx->issue->{status}, 200, 'while the new ones answer';
$receiver->open_gate;
all_are_delivered('HUP', @ids);
ok wait_until(sub { !grep { $old{$_} } $nginx->workers }, 20),
    'HUP - then the old workers go';

ok wait_until(sub {
    $nginx->get('/status')->{body} =~ /^Active connections: 1 /
}), 'HUP - no connection is left' or diag $nginx->get('/status')->{body};

@ids = start_callbacks();
is @ids, $MANY, 'QUIT - callbacks are on their way';
%old = map { $_ => 1 } $nginx->workers;
$nginx->signal('QUIT');
ok !wait_until(sub { 2 > grep { $old{$_} } $nginx->workers }, 1),
    'QUIT - the workers stay for them';
$receiver->open_gate;
$nginx->restart('QUIT');
all_are_delivered('QUIT', @ids);

$nginx->stop;
done_testing;
