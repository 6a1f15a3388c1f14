# All workers have one store: any worker may take the message for a code of
# another.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my $receiver = start_receiver();
my $nginx = start_nginx(callback_url => $receiver->url('/204'));

my ($one, $two) = map { $nginx->client($_) } $nginx->workers;

sub log_in {
    my ($issuer, $taker, $title) = @_;

    my $issued = $issuer->request($nginx->issue_request);
    my $code = $issued->{json}{code};
    my $taken = $taker->request(
        $nginx->message_request(text_message(">>$code<<")));

    is $taken->{status}, 200, "$title - the message is taken";

    my $callback = $receiver->wait_for($code);
    is $callback->{json}{status}, 'validated', 'and the code is validated';
    is $callback->{json}{id}, $issued->{headers}{'whatsauth-id'},
        'under the id that was told when it was issued';

    return $issued->{worker}, $taken->{worker};
}

my @workers = $nginx->workers;

is_deeply [ log_in($one, $two, 'workers - issued in one, sent to the other') ],
    \@workers, 'and it was like that';
is_deeply [ log_in($two, $one, 'workers - the other way round') ],
    [ reverse @workers ], 'and it was like that';

# One code that both workers get at the same moment.

my $code = $one->request($nginx->issue_request)->{json}{code};
my @posts = map { [ $nginx->message_request(text_message(">>$code<<")) ] } 0, 1;

for (1 .. 3) {
    $one->send(@{ $posts[0] });
    $two->send(@{ $posts[1] });
    is_deeply [ map { $_->receive->{status} } $one, $two ], [ 200, 200 ],
        'workers - one code to both at once is taken';
}

ok $receiver->wait_for($code), 'and called back';
is scalar(grep { $_->{json}{verification_code} eq $code } $receiver->requests),
    1, 'only once';

ok wait_until(sub {
    3 == grep { $_->{state} eq 'kept' && $_->{status} eq 'validated' }
         $nginx->records
}), 'workers - three records, all validated';

$nginx->stop;
done_testing;
